import type { Price } from './price.ts';

/** Name, provider, then USD a token: input, output, input read from a cache, input written to a cache. */
type ChatRow = readonly [
  name: string,
  provider: string,
  input: string,
  output: string,
  cacheRead?: string,
  cacheWrite?: string,
];
/** Name, provider, and USD for the one unit that it is billed by. */
type Row = readonly [name: string, provider: string, usd: string];

const chat: readonly ChatRow[] = [
  ['gpt-4o', 'openai', '0.0000025', '0.00001', '0.00000125'],
  ['gpt-4o-2024-05-13', 'openai', '0.000005', '0.000015'],
  ['gpt-4o-2024-08-06', 'openai', '0.0000025', '0.00001', '0.00000125'],
  ['gpt-4o-2024-11-20', 'openai', '0.0000025', '0.00001', '0.00000125'],
  ['gpt-4o-mini', 'openai', '0.00000015', '0.0000006', '0.000000075'],
  ['gpt-4o-mini-2024-07-18', 'openai', '0.00000015', '0.0000006', '0.000000075'],
  ['gpt-4.1', 'openai', '0.000002', '0.000008', '0.0000005'],
  ['gpt-4.1-2025-04-14', 'openai', '0.000002', '0.000008', '0.0000005'],
  ['gpt-4.1-mini', 'openai', '0.0000004', '0.0000016', '0.0000001'],
  ['gpt-4.1-nano', 'openai', '0.0000001', '0.0000004', '0.000000025'],
  ['gpt-5', 'openai', '0.00000125', '0.00001', '0.000000125'],
  ['gpt-5-2025-08-07', 'openai', '0.00000125', '0.00001', '0.000000125'],
  ['gpt-5-mini', 'openai', '0.00000025', '0.000002', '0.000000025'],
  ['gpt-5-nano', 'openai', '0.00000005', '0.0000004', '0.000000005'],
  ['o1', 'openai', '0.000015', '0.00006', '0.0000075'],
  ['o1-2024-12-17', 'openai', '0.000015', '0.00006', '0.0000075'],
  ['o3', 'openai', '0.000002', '0.000008', '0.0000005'],
  ['o3-2025-04-16', 'openai', '0.000002', '0.000008', '0.0000005'],
  ['o3-mini', 'openai', '0.0000011', '0.0000044', '0.00000055'],
  ['o4-mini', 'openai', '0.0000011', '0.0000044', '0.000000275'],
  ['o4-mini-2025-04-16', 'openai', '0.0000011', '0.0000044', '0.000000275'],
  ['gpt-4', 'openai', '0.00003', '0.00006'],
  ['gpt-4-0613', 'openai', '0.00003', '0.00006'],
  ['gpt-4-turbo', 'openai', '0.00001', '0.00003'],
  ['gpt-4-turbo-2024-04-09', 'openai', '0.00001', '0.00003'],
  ['gpt-3.5-turbo-0125', 'openai', '0.0000005', '0.0000015'],
  ['gpt-4o-realtime-preview', 'openai', '0.000005', '0.00002', '0.0000025'],
  ['gpt-4o-mini-realtime-preview', 'openai', '0.0000006', '0.0000024', '0.0000003'],
  ['gpt-realtime', 'openai', '0.000004', '0.000016', '0.0000004'],
  ['azure/gpt-4o', 'azure', '0.0000025', '0.00001', '0.00000125'],
  ['azure/gpt-4o-mini', 'azure', '0.000000165', '0.00000066', '0.000000075'],
  ['azure/gpt-4o-2024-08-06', 'azure', '0.0000025', '0.00001', '0.00000125'],
  ['azure/gpt-4.1', 'azure', '0.000002', '0.000008', '0.0000005'],
  ['claude-3-haiku-20240307', 'anthropic', '0.00000025', '0.00000125', '0.00000003', '0.0000003'],
  ['claude-3-5-haiku-20241022', 'anthropic', '0.0000008', '0.000004', '0.00000008', '0.000001'],
  ['claude-3-5-sonnet-20241022', 'anthropic', '0.000003', '0.000015', '0.0000003', '0.00000375'],
  ['claude-3-7-sonnet-20250219', 'anthropic', '0.000003', '0.000015', '0.0000003', '0.00000375'],
  ['claude-3-opus-20240229', 'anthropic', '0.000015', '0.000075', '0.0000015', '0.00001875'],
  ['claude-sonnet-4-20250514', 'anthropic', '0.000003', '0.000015', '0.0000003', '0.00000375'],
  ['claude-opus-4-20250514', 'anthropic', '0.000015', '0.000075', '0.0000015', '0.00001875'],
  ['claude-opus-4-1-20250805', 'anthropic', '0.000015', '0.000075', '0.0000015', '0.00001875'],
  ['anthropic.claude-3-haiku-20240307-v1:0', 'bedrock', '0.00000025', '0.00000125'],
  ['gemini/gemini-2.0-flash', 'gemini', '0.0000001', '0.0000004', '0.000000025'],
  ['gemini-2.0-flash', 'vertex_ai-language-models', '0.0000001', '0.0000004', '0.000000025'],
  ['gemini-2.5-pro', 'vertex_ai-language-models', '0.00000125', '0.00001'],
  ['gemini/gemini-2.5-pro', 'gemini', '0.00000125', '0.00001'],
  ['gemini/gemini-2.5-flash', 'gemini', '0.0000003', '0.0000025'],
  ['mistral/mistral-medium-latest', 'mistral', '0.0000004', '0.000002'],
  ['mistral/mistral-small-latest', 'mistral', '0.0000001', '0.0000003'],
  ['groq/llama-3.3-70b-versatile', 'groq', '0.00000059', '0.00000079'],
  ['groq/llama-3.1-8b-instant', 'groq', '0.00000005', '0.00000008'],
  ['xai/grok-3', 'xai', '0.000003', '0.000015'],
  ['xai/grok-4', 'xai', '0.000003', '0.000015'],
  ['amazon.nova-pro-v1:0', 'bedrock_converse', '0.0000008', '0.0000032'],
  ['amazon.nova-micro-v1:0', 'bedrock_converse', '0.000000035', '0.00000014'],
  ['moonshot/kimi-k2-0711-preview', 'moonshot', '0.0000006', '0.0000025', '0.00000015'],
  ['command-r-08-2024', 'cohere_chat', '0.00000015', '0.0000006'],
];

/** What models of the list above charge beyond text at one price: audio, and input beyond 200,000 tokens. */
const beyond: Readonly<Record<string, Price>> = {
  'gpt-4o-realtime-preview': {
    input_cost_per_audio_token: '0.00004',
    output_cost_per_audio_token: '0.00008',
  },
  'gpt-4o-mini-realtime-preview': {
    input_cost_per_audio_token: '0.00001',
    output_cost_per_audio_token: '0.00002',
  },
  'gpt-realtime': { input_cost_per_audio_token: '0.000032', output_cost_per_audio_token: '0.000064' },
  'gemini/gemini-2.0-flash': { input_cost_per_audio_token: '0.0000007' },
  'gemini-2.0-flash': { input_cost_per_audio_token: '0.0000007' },
  'gemini-2.5-pro': {
    input_cost_per_token_above_200k_tokens: '0.0000025',
    output_cost_per_token_above_200k_tokens: '0.000015',
  },
  'gemini/gemini-2.5-pro': {
    input_cost_per_token_above_200k_tokens: '0.0000025',
    output_cost_per_token_above_200k_tokens: '0.000015',
  },
  'gemini/gemini-2.5-flash': { input_cost_per_audio_token: '0.000001' },
};

/** USD a token of input; nothing comes out that costs. */
const embeddings: readonly Row[] = [
  ['text-embedding-3-small', 'openai', '0.00000002'],
  ['text-embedding-3-large', 'openai', '0.00000013'],
  ['text-embedding-ada-002', 'openai', '0.0000001'],
];

/** USD a character that is spoken. */
const voices: readonly Row[] = [
  ['tts-1', 'openai', '0.000015'],
  ['tts-1-hd', 'openai', '0.00003'],
  ['azure/tts-1', 'azure', '0.000015'],
];

/** USD a second of audio that is written down. */
const transcribers: readonly Row[] = [
  ['whisper-1', 'openai', '0.0001'],
  ['azure/whisper-1', 'azure', '0.0001'],
  ['groq/whisper-large-v3', 'groq', '0.00003083'],
  ['groq/whisper-large-v3-turbo', 'groq', '0.00001111'],
  ['deepgram/nova-2', 'deepgram', '0.00007167'],
];

/**
 * Public prices in USD, by model, that the product comes with: those of September 2025. They are a start; newer
 * ones are imported, and own prices go before them.
 */
export const shippedPrices: ReadonlyMap<string, Price> = new Map([
  ...chat.map((row) => [row[0], chatPrice(row)] as const),
  ...embeddings.map(([name, provider, input]) => [name, embeddingPrice(provider, input)] as const),
  ...voices.map(([name, provider, usd]) => [name, voicePrice(provider, usd)] as const),
  ...transcribers.map(([name, provider, usd]) => [name, transcriberPrice(provider, usd)] as const),
]);

function chatPrice([name, provider, input, output, cacheRead, cacheWrite]: ChatRow): Price {
  return {
    provider,
    mode: 'chat',
    input_cost_per_token: input,
    output_cost_per_token: output,
    ...(cacheRead === undefined ? {} : { cache_read_input_token_cost: cacheRead }),
    ...(cacheWrite === undefined ? {} : { cache_creation_input_token_cost: cacheWrite }),
    ...beyond[name],
  };
}

function embeddingPrice(provider: string, input: string): Price {
  return { provider, mode: 'embedding', input_cost_per_token: input, output_cost_per_token: '0' };
}

function voicePrice(provider: string, usd: string): Price {
  return { provider, mode: 'audio_speech', input_cost_per_character: usd };
}

function transcriberPrice(provider: string, usd: string): Price {
  return { provider, mode: 'audio_transcription', input_cost_per_second: usd };
}
