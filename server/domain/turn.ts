import { add, toAmount } from './money.ts';
import type { JsonObject } from './value.ts';

export const outcomes = ['SUCCEEDED', 'FAILED', 'INTERRUPTED'] as const;
/** How a turn ended: with an answer, with an error, or because the person spoke over it. */
export type Outcome = (typeof outcomes)[number];

export const stageNames = [
  'ENDPOINTING',
  'ASR',
  'LLM_FIRST_TOKEN',
  'LLM',
  'TRANSLATION',
  'GUARDRAIL',
  'TOOL',
  'TTS_FIRST_BYTE',
  'TTS',
  'TRANSPORT',
] as const;
/** Where the time of a turn goes. The two first answers are stages of their own, in front of the rest of theirs. */
export type StageName = (typeof stageNames)[number];

/** One stretch of a turn; both times in ms, the start since the turn began; who did it, where that is stated. */
export type Stage = {
  name: StageName;
  startMs: number;
  durationMs: number;
  provider?: string;
  model?: string;
};

/** One pass of a voice pipeline: what was said, what was answered, how long that took. Moments are ISO strings. */
export type Turn = {
  id: number;
  conversationId: number;
  /** The caller's own id; the same id again replaces the turn. */
  externalId: string;
  outcome: Outcome;
  stages: Stage[];
  /** What the person waited, in ms: as stated, else the sum of the stages; null when neither is known. */
  totalMs: number | null;
  /** Whether an answer came from a cache; null when no cache was asked. */
  llmCacheHit: boolean | null;
  ttsCacheHit: boolean | null;
  guardrailViolations: number;
  guardrailBlocks: number;
  optimizationLevel: string | null;
  languageCode: string | null;
  userInput: string | null;
  assistantResponse: string | null;
  error: string | null;
  /** When it happened, as the caller tells, else its arrival. */
  at: string;
  createdAt: string;
  /** Null where it is counted in no roll-up. */
  setting: Setting | null;
  metadata: JsonObject;
};

/** What something is counted under in roll-ups, as it was when it was recorded. */
export type Setting = {
  platform: string;
  languageCode: string | null;
  optimizationLevel: string | null;
};

/** The four services of a voice pipeline, and the stages in which each is at work. */
export const services = {
  asr: ['ASR'],
  llm: ['LLM_FIRST_TOKEN', 'LLM'],
  translation: ['TRANSLATION'],
  tts: ['TTS_FIRST_BYTE', 'TTS'],
} as const satisfies Record<string, readonly StageName[]>;
export type Service = keyof typeof services;
export const serviceNames = Object.keys(services) as Service[];

/** The exact sum of times in ms, as the double nearest to it; null without any. */
export const sumMs = (times: number[]): number | null =>
  times.length === 0 ? null : Number(add(...times.map(toAmount)));

/** The stages of a turn in which a service was at work. */
export const stagesOf = ({ stages }: Pick<Turn, 'stages'>, service: Service): Stage[] =>
  stages.filter(({ name }) => services[service].some((stage) => stage === name));

/** How long a service was at work in a turn, in ms; null when it was not. */
export const latencyOf = (turn: Pick<Turn, 'stages'>, service: Service): number | null =>
  sumMs(stagesOf(turn, service).map(({ durationMs }) => durationMs));

/** Time of a turn that no stage explains, in ms; never hidden, never negative. */
export function unmeasuredMs({ stages, totalMs }: Pick<Turn, 'stages' | 'totalMs'>): number | null {
  if (totalMs === null) return null;
  return Math.max(0, sumMs([totalMs, ...stages.map(({ durationMs }) => -durationMs)])!);
}
