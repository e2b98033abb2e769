import { speakers, type Speaker, type Stretch } from './call.ts';
import type { Segment } from './segment.ts';

/** What of a final segment the figures of a call need. */
export type Spoken = Pick<Segment, 'speaker' | 'startMs' | 'endMs' | 'sentiment'>;

/** One side of a call. */
export type SpeakerFigures = {
  speaker: Speaker;
  segments: number;
  /** Time in which it spoke, in ms; what its segments have in common counts once. */
  talkMs: number;
  /** Its part of the time in which both spoke, from 0 to 1; null while nobody spoke. */
  talkShare: number | null;
  /** Mean of its rated segments, from −1 to 1; null without any. */
  averageSentiment: number | null;
  /** How often it began to speak while the other side spoke. */
  interruptions: number;
};

/** How a stretch of a call sounds; null where nobody said anything that was rated. */
export type TrendPoint = Stretch & Record<Speaker, number | null>;

/** What the final segments of a call add up to. */
export type CallFigures = {
  /** Where the last words end, in ms since the call began. */
  spokenMs: number;
  speakers: SpeakerFigures[];
  /** Times in which nobody spoke for SILENCE_MS or longer, between the first words and the last. */
  silences: Stretch[];
};

/** A shorter pause is none. */
export const SILENCE_MS = 3000;

/** What segments add up to, in one pass over them, in the order of their starts. */
export function figuresOf(spoken: Spoken[]): CallFigures {
  const talk = Object.fromEntries(
    speakers.map((speaker) => [speaker, join(spoken.filter((it) => it.speaker === speaker))]),
  ) as Record<Speaker, Stretch[]>;
  const total = lengthOf(talk.CUSTOMER) + lengthOf(talk.AGENT);
  return {
    spokenMs: spoken.reduce((end, it) => Math.max(end, it.endMs), 0),
    speakers: speakers.map((speaker) => {
      const own = spoken.filter((it) => it.speaker === speaker);
      const talkMs = lengthOf(talk[speaker]);
      const other = speaker === 'CUSTOMER' ? talk.AGENT : talk.CUSTOMER;
      return {
        speaker,
        segments: own.length,
        talkMs,
        talkShare: total === 0 ? null : talkMs / total,
        averageSentiment: meanOf(own),
        interruptions: countInterruptions(talk[speaker], other),
      };
    }),
    silences: gapsBetween(join(spoken)),
  };
}

/** How each of so many equal stretches of a call sounds; a segment belongs to the one in which its middle lies. */
export function trendOf(spoken: Spoken[], points: number): TrendPoint[] {
  const end = spoken.reduce((latest, it) => Math.max(latest, it.endMs), 0);
  if (end === 0) return [];
  const length = end / points;
  const parts = Array.from({ length: points }, (): Spoken[] => []);
  for (const it of spoken) {
    parts[Math.min(points - 1, Math.floor((it.startMs + it.endMs) / 2 / length))]!.push(it);
  }
  return parts.map((part, index) => {
    const of = (speaker: Speaker): number | null => meanOf(part.filter((it) => it.speaker === speaker));
    return {
      startMs: index * length,
      endMs: index === points - 1 ? end : (index + 1) * length,
      CUSTOMER: of('CUSTOMER'),
      AGENT: of('AGENT'),
    };
  });
}

function meanOf(spoken: Spoken[]): number | null {
  const rated = spoken.flatMap(({ sentiment }) => sentiment ?? []);
  return rated.length === 0 ? null : rated.reduce((sum, it) => sum + it, 0) / rated.length;
}

/** Stretches that overlap or touch as one, in order. */
function join(stretches: Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const { startMs, endMs } of stretches.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = joined.at(-1);
    if (last === undefined || startMs > last.endMs) joined.push({ startMs, endMs });
    else last.endMs = Math.max(last.endMs, endMs);
  }
  return joined;
}

const lengthOf = (stretches: Stretch[]): number =>
  stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

const gapsBetween = (stretches: Stretch[]): Stretch[] =>
  stretches.flatMap(({ startMs: endMs }, index) => {
    const startMs = stretches[index - 1]?.endMs ?? endMs;
    return endMs - startMs >= SILENCE_MS ? [{ startMs, endMs }] : [];
  });

/** How many of `own` begin in the midst of one of `others`; both joined and in order. */
function countInterruptions(own: Stretch[], others: Stretch[]): number {
  let count = 0;
  let at = 0;
  for (const { startMs } of own) {
    while (at < others.length && others[at]!.endMs <= startMs) at += 1;
    const other = others[at];
    if (other !== undefined && other.startMs < startMs) count += 1;
  }
  return count;
}
