import type { Decimal } from 'decimal.js';
import { amountFault, decimalOf } from './decimal.ts';

/**
 * What was used, in the units that prices are for. Each token is in one of the quantities only.
 * - `input`, `output`: tokens of text that were neither cached nor audio, output without reasoning
 * - `cachedInput`, `cachedAudioInput`: input tokens read from a cache
 * - `cacheWrite`, `cacheWriteHour`: input tokens stored in a cache, for minutes or for an hour
 * - `unsplit`: tokens of which nobody said whether they went in or came out
 * - `audioSeconds`, `minutes`: length of audio, in seconds or in minutes
 */
export const quantities = [
  'input',
  'cachedInput',
  'cacheWrite',
  'cacheWriteHour',
  'output',
  'reasoning',
  'audioInput',
  'cachedAudioInput',
  'audioOutput',
  'unsplit',
  'characters',
  'audioSeconds',
  'minutes',
  'requests',
] as const;

export type Quantity = (typeof quantities)[number];

/** A quantity that is left out was not spoken of; one that is there may be zero. */
export type Usage = { readonly [Q in Quantity]?: Decimal };

/** Why a value was refused: where it stands, and what it must be. */
export type Fault = { path: string[]; message: string };

export type UsageReading = { usage: Usage } | { faults: Fault[] };

const unitTypes: Readonly<Record<string, Quantity>> = {
  tokens: 'input',
  token: 'input',
  input_tokens: 'input',
  prompt_tokens: 'input',
  output_tokens: 'output',
  completion_tokens: 'output',
  chars: 'characters',
  char: 'characters',
  characters: 'characters',
  character: 'characters',
  audio_seconds: 'audioSeconds',
  seconds: 'audioSeconds',
  second: 'audioSeconds',
  minutes: 'minutes',
  minute: 'minutes',
  audio_minutes: 'minutes',
  requests: 'requests',
  request: 'requests',
};

/** What bare units of a model count, by what the model does. */
const bareUnits: Readonly<Record<string, Quantity>> = {
  chat: 'input',
  completion: 'input',
  responses: 'input',
  embedding: 'input',
  audio_speech: 'characters',
  audio_transcription: 'audioSeconds',
};

/**
 * Reads so many units of a type. Without a type they are what a model of this mode is priced by, for a chat
 * model input tokens. Units of a type that is not known here are an empty usage, which has no price.
 */
export function usageFromUnits(
  units: Decimal | number | string,
  unitType?: string | null,
  mode?: string | null,
): UsageReading {
  const message = amountFault(units);
  if (message !== undefined) return { faults: [{ path: ['units'], message }] };
  const quantity =
    unitType == null ? lookUp(bareUnits, mode ?? '') : lookUp(unitTypes, unitType.trim().toLowerCase());
  return { usage: quantity === undefined ? {} : { [quantity]: decimalOf(units)! } };
}

const lookUp = <T>(map: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;
