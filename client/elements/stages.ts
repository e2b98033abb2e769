import type { StageName, TurnStagesFragment } from '../../generated/client/graphql.ts';

export type TimedTurn = TurnStagesFragment;
type Stage = TimedTurn['stages'][number];

/** One stretch of a turn: a stage, or time that none explains. */
export interface Stretch {
  readonly stage: Stage | null;
  readonly startMs: number;
  readonly durationMs: number;
  /** Stages that run at the same time lie below each other. */
  readonly lane: number;
}

export interface Timeline {
  readonly stretches: readonly Stretch[];
  readonly lanes: number;
  readonly endMs: number;
  readonly unmeasuredMs: number;
}

/** In the order in which a turn goes through them. */
export const STAGE: Readonly<Record<StageName, string>> = {
  TRANSPORT: 'Network',
  ENDPOINTING: 'End of speech',
  ASR: 'Speech to text',
  GUARDRAIL: 'Checks',
  LLM_FIRST_TOKEN: 'Model, first token',
  LLM: 'Model',
  TOOL: 'Tools',
  TRANSLATION: 'Translation',
  TTS_FIRST_BYTE: 'Speech, first byte',
  TTS: 'Text to speech',
};
export const STAGE_NAMES = Object.keys(STAGE) as StageName[];

/** Shorter than this is the rounding of the sender's clock. */
const NOISE = 0.5;

/** Where the time of a turn went, from its begin to its end, with a stretch for each gap that no stage explains. */
export function timelineOf({ stages, totalMs }: Pick<TimedTurn, 'stages' | 'totalMs'>): Timeline {
  const sorted = [...stages].sort((a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs);
  const laneEnds: number[] = [];
  const stretches: Stretch[] = [];
  let covered = 0;
  let unmeasuredMs = 0;
  const gapUntil = (startMs: number): void => {
    const durationMs = startMs - covered;
    if (durationMs <= NOISE) return;
    stretches.push({ stage: null, startMs: covered, durationMs, lane: 0 });
    unmeasuredMs += durationMs;
  };
  for (const stage of sorted) {
    const { startMs, durationMs } = stage;
    gapUntil(startMs);
    const free = laneEnds.findIndex((end) => end <= startMs + NOISE);
    const lane = free === -1 ? laneEnds.length : free;
    laneEnds[lane] = startMs + durationMs;
    covered = Math.max(covered, startMs + durationMs);
    stretches.push({ stage, startMs, durationMs, lane });
  }
  gapUntil(totalMs ?? 0);
  return {
    stretches,
    lanes: Math.max(1, laneEnds.length),
    endMs: Math.max(covered, totalMs ?? 0),
    unmeasuredMs,
  };
}
