import type { Decimal } from 'decimal.js';
import type { Json, JsonObject } from '../value.ts';
import { amountFault, decimalOf, ZERO } from './decimal.ts';
import type { Fault } from './usage.ts';

/**
 * Token counts as a model's answer states them. `cached`, `written`, `audioIn` are part of `input`,
 * `cachedAudio` is part of both `cached` and `audioIn`; `cacheRead`, `cacheWrite` and `toolInput` come on top of
 * `input`. `reasoning` and `audioOut` are part of `output`, `thoughts` come on top of it.
 */
export type Counts = { [C in Count]?: Decimal };
type Count =
  | 'input'
  | 'output'
  | 'total'
  | 'cached'
  | 'cachedAudio'
  | 'written'
  | 'writtenHour'
  | 'audioIn'
  | 'cacheRead'
  | 'cacheWrite'
  | 'toolInput'
  | 'reasoning'
  | 'audioOut'
  | 'thoughts';

type Names = Readonly<Partial<Record<Count, readonly string[]>>>;

/** Names whose input holds the cached tokens, whichever other names stand beside them. */
const inclusive = ['prompt_tokens', 'promptTokens', 'prompt'];

/** The first name that is stated counts. */
const names: Names = {
  input: [...inclusive, 'input_tokens', 'inputTokens', 'promptTokenCount', 'prompt_token_count', 'input'],
  output: [
    'completion_tokens',
    'output_tokens',
    'completionTokens',
    'outputTokens',
    'candidatesTokenCount',
    'candidates_token_count',
    'responseTokenCount',
    'completion',
    'output',
  ],
  total: ['total_tokens', 'totalTokens', 'totalTokenCount', 'total_token_count', 'total'],
  cached: [
    'cached_tokens',
    'cachedInputTokens',
    'cachedPromptTokens',
    'cachedContentTokenCount',
    'cached_content_token_count',
    'prompt_cache_hit_tokens',
  ],
  cacheRead: ['cache_read_input_tokens', 'cacheReadInputTokens'],
  cacheWrite: ['cache_creation_input_tokens', 'cacheWriteInputTokens'],
  toolInput: ['toolUsePromptTokenCount', 'tool_use_prompt_token_count'],
  reasoning: ['reasoning_tokens', 'reasoningTokens'],
  thoughts: ['thoughtsTokenCount', 'thoughts_token_count'],
};

const inputDetails = ['prompt_tokens_details', 'input_tokens_details', 'input_token_details'];
const outputDetails = ['completion_tokens_details', 'output_tokens_details', 'output_token_details'];

const inputDetailNames: Names = {
  cached: ['cached_tokens', 'cache_read'],
  written: ['cache_creation_tokens', 'cache_write_tokens', 'cache_creation'],
  audioIn: ['audio_tokens', 'audio'],
};
const outputDetailNames: Names = {
  reasoning: ['reasoning_tokens', 'reasoning'],
  audioOut: ['audio_tokens', 'audio'],
};

/** Lists of tokens by modality, of which audio is counted apart. */
const modalities: Names = {
  audioIn: ['promptTokensDetails', 'prompt_tokens_details'],
  cachedAudio: ['cacheTokensDetails', 'cache_tokens_details'],
  audioOut: ['candidatesTokensDetails', 'candidates_tokens_details', 'responseTokensDetails'],
};

/** Reads the token counts of a usage object, whichever of the known forms it has, and every fault in them. */
export function readTokenReport(usage: JsonObject): { counts: Counts; faults: Fault[] } {
  const faults: Fault[] = [];
  const inner = usage['usageMetadata'] ?? usage['usage_metadata'];
  if (isObject(inner)) return readTokenReport(inner);
  const counts: Counts = {
    ...countsIn(usage, names, [], faults),
    ...cacheWritesIn(usage, faults),
    ...detailsIn(usage, inputDetails, inputDetailNames, faults),
    ...detailsIn(usage, outputDetails, outputDetailNames, faults),
    ...audioIn(usage, faults),
  };
  return {
    counts: inclusive.some((name) => usage[name] != null) ? withCachesInside(counts) : counts,
    faults,
  };
}

/**
 * Where the input is OpenAI's, cache counts under other names are part of it too, unless they are more than the
 * input: then they were passed on from where they stand beside it.
 */
function withCachesInside(counts: Counts): Counts {
  const { cacheRead, cacheWrite, ...rest } = counts;
  const beside = (cacheRead ?? ZERO).plus(cacheWrite ?? ZERO);
  const isDetailed = rest.cached !== undefined || rest.written !== undefined;
  if (!isDetailed && beside.greaterThan(rest.input ?? ZERO)) return counts;
  const cached = rest.cached ?? cacheRead;
  const written = rest.written ?? cacheWrite;
  return { ...rest, ...(cached && { cached }), ...(written && { written }) };
}

/** The counts that an object states under one of their names. */
function countsIn(source: JsonObject, among: Names, path: string[], faults: Fault[]): Counts {
  const counts: Counts = {};
  for (const [count, aliases] of Object.entries(among) as [Count, readonly string[]][]) {
    for (const name of aliases) {
      const amount = amountIn(source, name, path, faults);
      if (amount !== undefined) counts[count] ??= amount;
    }
  }
  return counts;
}

function amountIn(source: JsonObject, name: string, path: string[], faults: Fault[]): Decimal | undefined {
  const value = Object.hasOwn(source, name) ? source[name] : undefined;
  if (value === undefined || value === null) return undefined;
  const message = typeof value === 'number' ? amountFault(value) : 'must be a finite number';
  if (message === undefined) return decimalOf(value);
  faults.push({ path: [...path, name], message });
  return undefined;
}

function detailsIn(usage: JsonObject, places: readonly string[], among: Names, faults: Fault[]): Counts {
  const counts: Counts = {};
  for (const name of places) {
    const details = usage[name];
    if (details === undefined || details === null || Array.isArray(details)) continue;
    if (!isObject(details)) {
      faults.push({ path: [name], message: 'must be an object' });
      continue;
    }
    const cached = details['cached_tokens_details'];
    const cachedAudio = isObject(cached)
      ? amountIn(cached, 'audio_tokens', [name, 'cached_tokens_details'], faults)
      : undefined;
    Object.assign(counts, countsIn(details, among, [name], faults), cachedAudio && { cachedAudio });
  }
  return counts;
}

/** What was written to a cache, by how long it is kept there. */
function cacheWritesIn(usage: JsonObject, faults: Fault[]): Counts {
  const writes = usage['cache_creation'];
  if (!isObject(writes)) return {};
  const path = ['cache_creation'];
  const short = amountIn(writes, 'ephemeral_5m_input_tokens', path, faults) ?? ZERO;
  const hour = amountIn(writes, 'ephemeral_1h_input_tokens', path, faults) ?? ZERO;
  return { cacheWrite: short.plus(hour), writtenHour: hour };
}

function audioIn(usage: JsonObject, faults: Fault[]): Counts {
  const counts: Counts = {};
  for (const [count, aliases] of Object.entries(modalities) as [Count, readonly string[]][]) {
    for (const name of aliases) {
      const list = usage[name];
      if (Array.isArray(list)) counts[count] = audioOf(list, name, faults);
    }
  }
  return counts;
}

function audioOf(list: readonly Json[], name: string, faults: Fault[]): Decimal {
  return list.reduce<Decimal>((sum, entry, index) => {
    if (!isObject(entry)) {
      faults.push({ path: [name, String(index)], message: 'must be an object' });
      return sum;
    }
    const path = [name, String(index)];
    const amount =
      amountIn(entry, 'tokenCount', path, faults) ?? amountIn(entry, 'token_count', path, faults);
    return entry['modality'] === 'AUDIO' ? sum.plus(amount ?? ZERO) : sum;
  }, ZERO);
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
