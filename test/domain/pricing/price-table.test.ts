import { describe, expect, test } from 'vitest';
import { findPrice, priceTable, type PriceQuery } from '../../../server/domain/pricing/price-table.ts';
import { parsePrice, type Price } from '../../../server/domain/pricing/price.ts';
import { shippedPrices } from '../../../server/domain/pricing/shipped-prices.ts';

const shipped = priceTable(shippedPrices);
const named = (model: string, provider?: string): string | null =>
  findPrice(shipped, { model, provider })?.name ?? null;

describe('a model is found', () => {
  test.each([
    // as it is written
    ['gpt-4o', 'gpt-4o'],
    ['gpt-4o-mini', 'gpt-4o-mini'],
    ['  gpt-4o ', 'gpt-4o'],
    ['GPT-4o', 'gpt-4o'],
    ['Whisper-1', 'whisper-1'],
    ['Claude-Opus-4-20250514', 'claude-opus-4-20250514'],
    // with a provider before it
    ['openai/gpt-4o', 'gpt-4o'],
    ['OpenAI/GPT-4o-mini', 'gpt-4o-mini'],
    ['azure/gpt-4o', 'azure/gpt-4o'],
    ['azure/gpt-4.1-mini', 'gpt-4.1-mini'],
    ['azure/gpt-35-turbo-0125', 'gpt-3.5-turbo-0125'],
    ['azure/tts-1', 'azure/tts-1'],
    ['azure/tts-1-hd', 'tts-1-hd'],
    ['anthropic/claude-3-opus-20240229', 'claude-3-opus-20240229'],
    ['openrouter/openai/gpt-4o-mini', 'gpt-4o-mini'],
    ['openrouter/anthropic/claude-3.5-sonnet', 'claude-3-5-sonnet-20241022'],
    ['anthropic/claude-opus-4.1', 'claude-opus-4-1-20250805'],
    ['litellm_proxy/azure/gpt-4o', 'azure/gpt-4o'],
    ['models/gemini-2.0-flash', 'gemini/gemini-2.0-flash'],
    ['gemini/gemini-2.5-pro', 'gemini/gemini-2.5-pro'],
    ['google/gemini-2.5-flash', 'gemini/gemini-2.5-flash'],
    ['gemini-2.5-flash', 'gemini/gemini-2.5-flash'],
    ['vertex_ai/gemini-2.0-flash', 'gemini-2.0-flash'],
    ['vertex_ai/gemini-2.5-flash', 'gemini/gemini-2.5-flash'],
    ['projects/p1/locations/us-central1/publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['vertex_ai/claude-3-5-sonnet@20241022', 'claude-3-5-sonnet-20241022'],
    ['claude-3-haiku@20240307', 'claude-3-haiku-20240307'],
    ['grok-4', 'xai/grok-4'],
    ['x-ai/grok-3', 'xai/grok-3'],
    ['mistral-small-latest', 'mistral/mistral-small-latest'],
    ['mistralai/mistral-medium-latest', 'mistral/mistral-medium-latest'],
    ['groq/whisper-large-v3', 'groq/whisper-large-v3'],
    ['nova-2', 'deepgram/nova-2'],
    ['cohere/command-r-08-2024', 'command-r-08-2024'],
    // on Bedrock
    ['anthropic.claude-3-haiku-20240307-v1:0', 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['bedrock/anthropic.claude-3-haiku-20240307-v1:0', 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['us.anthropic.claude-3-haiku-20240307-v1:0', 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet-20241022'],
    ['bedrock/converse/eu.anthropic.claude-sonnet-4-20250514-v1:0', 'claude-sonnet-4-20250514'],
    ['bedrock/us-east-1/anthropic.claude-3-opus-20240229-v1:0', 'claude-3-opus-20240229'],
    ['anthropic.claude-3-opus-20240229-v1:0:200k', 'claude-3-opus-20240229'],
    ['us.amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
    ['bedrock/amazon.nova-micro-v1:0', 'amazon.nova-micro-v1:0'],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
    // with a date
    ['gpt-4o-2024-08-06', 'gpt-4o-2024-08-06'],
    ['gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['gpt-4o-2025-12-01', 'gpt-4o'],
    ['gpt-4.1-mini-2025-04-14', 'gpt-4.1-mini'],
    ['gpt-5-mini-2025-08-07', 'gpt-5-mini'],
    ['o3-mini-2025-01-31', 'o3-mini'],
    ['gpt-4-0314', 'gpt-4'],
    ['gpt-realtime-2025-08-28', 'gpt-realtime'],
    ['grok-4-0709', 'xai/grok-4'],
    ['gemini-2.0-flash-001', 'gemini-2.0-flash'],
    ['azure/gpt-4o-mini-2024-07-18', 'azure/gpt-4o-mini'],
    ['azure/gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['azure/gpt-4.1-2025-04-14', 'azure/gpt-4.1'],
    // without the date it is listed with
    ['gpt-3.5-turbo', 'gpt-3.5-turbo-0125'],
    ['azure/gpt-35-turbo', 'gpt-3.5-turbo-0125'],
    ['claude-3-5-sonnet', 'claude-3-5-sonnet-20241022'],
    ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet-20241022'],
    ['claude-3-5-sonnet@20240620', 'claude-3-5-sonnet-20241022'],
    ['claude-sonnet-4-0', 'claude-sonnet-4-20250514'],
    ['claude-opus-4', 'claude-opus-4-20250514'],
    ['claude-opus-4-1', 'claude-opus-4-1-20250805'],
    ['gpt-4o-latest', 'gpt-4o'],
    ['grok-3-latest', 'xai/grok-3'],
  ])('%s is %s', (model, listed) => {
    expect(named(model)).toBe(listed);
  });

  test.each([
    ['gpt-4o-mini', 'azure', 'azure/gpt-4o-mini'],
    ['gpt-4o-mini', 'Azure', 'azure/gpt-4o-mini'],
    ['gpt-4o-mini', 'openai', 'gpt-4o-mini'],
    ['gpt-4o-mini-2024-07-18', 'azure', 'azure/gpt-4o-mini'],
    ['llama-3.1-8b-instant', 'groq', 'groq/llama-3.1-8b-instant'],
    ['whisper-large-v3', 'Groq', 'groq/whisper-large-v3'],
    ['gemini-2.0-flash', 'google', 'gemini/gemini-2.0-flash'],
    ['nova-2', 'deepgram', 'deepgram/nova-2'],
    ['grok-4', 'xai', 'xai/grok-4'],
    ['gpt-4o', 'a gateway of ours', 'gpt-4o'],
    ['gpt-4o', '', 'gpt-4o'],
    ['azure/gpt-4o-mini', 'openai', 'azure/gpt-4o-mini'],
  ])('%s of %s is %s', (model, provider, listed) => {
    expect(named(model, provider)).toBe(listed);
  });
});

describe('a neighbour is never taken for it', () => {
  test.each([
    'gpt-4o-foo',
    'gpt-4o-mini-foo',
    'gpt-4o-audio-preview',
    'gpt-4o-mini-tts',
    'gpt-4o-transcribe',
    'gpt-4o-search-preview-2025-03-11',
    'chatgpt-4o-latest',
    'gpt-4.5',
    'gpt-4.1x',
    'gpt-4-32k',
    'gpt-4-1106-preview',
    'gpt-4-vision-preview',
    'gpt-3.5-turbo-16k',
    'gpt-3.5-turbo-0613',
    'gpt-3.5-turbo-instruct',
    'gpt-5-pro',
    'gpt-5.1',
    'gpt-50',
    'gpt',
    'o1-mini',
    'o1-pro',
    'o3-pro-2025-06-10',
    'ft:gpt-4o-mini-2024-07-18:us::abc',
    'claude-3-5-haiku-foo',
    'claude-3-sonnet-20240229',
    'claude-3',
    'claude-opus-4-5',
    'claude-sonnet-4-5-20250929',
    'claude-2.1',
    'gemini-2.0-flash-lite',
    'gemini-2.0-flash-lite-001',
    'gemini-2.5-flash-lite',
    'gemini-2.5-flash-preview-04-17',
    'gemini-2.0-flash-exp',
    'gemini-2.5-pro-preview-tts',
    'grok-3-mini',
    'grok-4-fast',
    'mistral-large-latest',
    'mistral-small-2402',
    'kimi-k2-0905-preview',
    'nova-3',
    'whisper-large-v3',
    'whisper',
    'tts-2',
    'text-embedding-3',
    'amazon.nova-lite-v1:0',
    'command-r-plus-08-2024',
    'deepseek/deepseek-r1:free',
    'openai/gpt-4o-mini:free',
    'gpt-4o:extended',
    'groq/gpt-4o',
    'together_ai/gpt-4o',
    'ollama/gpt-4o',
    'acme/gpt-4o',
    'groq/openai/gpt-4o',
    'meta-llama/Llama-3.3-70B-Instruct',
    'gpt-4o-2024-13-45',
    'gpt-4o-20',
    'gpt 4o',
    'unknown',
    '__proto__',
    'constructor',
    '/',
    'openai/',
  ])('%s has no known price', (model) => {
    expect(named(model)).toBeNull();
  });

  test.each([
    ['gpt-4o', 'groq'],
    ['whisper-1', 'ollama'],
    ['llama-3.1-8b-instant', 'together_ai'],
    ['llama-3.1-8b-instant', 'openai'],
  ])('%s of %s has no known price', (model, provider) => {
    expect(named(model, provider)).toBeNull();
  });
});

describe('a service without a model', () => {
  test.each<[PriceQuery, string | null]>([
    [{ service: 'asr', provider: 'openai', operation: 'transcribe' }, 'whisper-1'],
    [{ service: 'ASR', provider: 'OpenAI', operation: 'Transcribe' }, 'whisper-1'],
    [{ service: 'stt', provider: 'deepgram' }, 'deepgram/nova-2'],
    [{ service: 'tts', provider: 'azure', operation: 'synthesize' }, 'azure/tts-1'],
    // two voices, two prices
    [{ service: 'tts', provider: 'openai', operation: 'synthesize' }, null],
    [{ service: 'asr', provider: 'groq', operation: 'transcribe' }, null],
    [{ service: 'asr', provider: 'openai', operation: 'translate' }, null],
    [{ service: 'asr', provider: 'sarvam', operation: 'transcribe' }, null],
    [{ service: 'llm', provider: 'moonshot', operation: 'generate' }, null],
    [{ service: 'translation', provider: 'openai', operation: 'translate' }, null],
    [{ service: 'asr' }, null],
    [{ provider: 'openai' }, null],
    [{}, null],
    [{ service: 'asr', provider: 'openai', model: 'no-such-model' }, null],
  ])('%j has the price of %s', (query, listed) => {
    expect(findPrice(shipped, query)?.name ?? null).toBe(listed);
  });
});

describe('a table', () => {
  const price = (usd: string): Price => ({ input_cost_per_token: usd });

  test('takes what is listed again in place of what was listed before', () => {
    const table = priceTable([['a', price('1')]], [['a', price('2')]]);
    expect(findPrice(table, { model: 'a' })?.price).toEqual(price('2'));
    expect(table.listings).toHaveLength(1);
  });

  test('tells names apart by case where they are listed so', () => {
    const table = priceTable([
      ['Model', price('1')],
      ['model', price('2')],
    ]);
    expect(findPrice(table, { model: 'Model' })?.name).toBe('Model');
    expect(findPrice(table, { model: 'model' })?.name).toBe('model');
  });

  test('gives no price to a name whose snapshots differ in price', () => {
    const table = priceTable([
      ['m-2024-01-01', price('1')],
      ['m-2024-02-02', price('2')],
      ['n-2024-01-01', price('1')],
      ['n-2024-02-02', price('1')],
    ]);
    expect(findPrice(table, { model: 'm' })).toBeNull();
    expect(findPrice(table, { model: 'm-latest' })).toBeNull();
    expect(findPrice(table, { model: 'n' })?.name).toBe('n-2024-01-01');
  });

  test('finds names with paths of their own as they are', () => {
    const table = priceTable([['together_ai/meta-llama/Llama-3', price('1')]]);
    expect(findPrice(table, { model: 'together_ai/meta-llama/llama-3' })?.name).toBe(
      'together_ai/meta-llama/Llama-3',
    );
    expect(findPrice(table, { model: 'meta-llama/Llama-3', provider: 'together_ai' })).not.toBeNull();
    expect(findPrice(table, { model: 'meta-llama/Llama-3' })).toBeNull();
  });
});

describe('a price in JSON', () => {
  test('becomes plain decimals, whether of numbers or of texts', () => {
    expect(
      parsePrice({
        input_cost_per_token: 2.5e-6,
        output_cost_per_token: '1E-5',
        mode: 'chat',
        provider: 'openai',
      }),
    ).toEqual({
      price: {
        input_cost_per_token: '0.0000025',
        output_cost_per_token: '0.00001',
        mode: 'chat',
        provider: 'openai',
      },
    });
  });

  test.each<[unknown, string]>([
    [null, 'must be an object'],
    [[], 'must be an object'],
    [{}, 'states no price of a token, character, second, minute or request'],
    [{ input_cost_per_token: '0x10' }, 'input_cost_per_token must be a finite number'],
    [{ input_cost_per_token: '' }, 'input_cost_per_token must be a finite number'],
    [{ input_cost_per_token: true }, 'input_cost_per_token must be a finite number'],
    [{ input_cost_per_token: -1 }, 'input_cost_per_token must not be negative'],
    [
      { output_cost_per_token_above_200k_tokens: Number.NaN },
      'output_cost_per_token_above_200k_tokens must be a finite number',
    ],
  ])('%j: %s', (value, fault) => {
    expect(parsePrice(value)).toEqual({ fault });
  });
});
