import { telephone } from './calls.ts';
import type { TestServer } from './server.ts';

/** A piece of a transcript as a recogniser reports it. */
export interface Report {
  /** When it is sent, in ms since the call began. */
  readonly atMs: number;
  readonly segmentId: string;
  readonly speaker: 'CUSTOMER' | 'AGENT';
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly isPartial: boolean;
}

interface Utterance {
  readonly speaker: Report['speaker'];
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
  /** What the recogniser takes the words for before it has heard them all. */
  readonly misheard?: string;
}

/** Fourteen seconds of a call: hesitation, a word misheard at first, talking over each other, a silence. */
export const UTTERANCES: readonly Utterance[] = [
  { speaker: 'AGENT', startMs: 0, endMs: 1_900, text: 'Good morning, how can I help?' },
  {
    speaker: 'CUSTOMER',
    startMs: 2_100,
    endMs: 5_000,
    text: 'Hi, my bike was due on Friday and it still has not come, I am really disappointed.',
    misheard: 'Hi, my bite was due on fry day and',
  },
  { speaker: 'AGENT', startMs: 4_700, endMs: 6_300, text: 'I am so sorry. Let me look that up.' },
  { speaker: 'AGENT', startMs: 9_500, endMs: 11_200, text: 'It is on the van and will be with you today.' },
  {
    speaker: 'CUSTOMER',
    startMs: 11_400,
    endMs: 13_600,
    text: 'Wonderful, thank you. Then I will not cancel my order.',
  },
];

/** What a recogniser reports of utterances while they are spoken, in the order in which it does. */
export function reportsOf(utterances: readonly Utterance[] = UTTERANCES): Report[] {
  return utterances.flatMap(reported).sort((a, b) => a.atMs - b.atMs);
}

function reported({ misheard, ...utterance }: Utterance, index: number): Report[] {
  const { text, startMs, endMs } = utterance;
  const words = text.split(' ');
  const pace = (endMs - startMs) / words.length;
  const segment = { ...utterance, segmentId: `segment-${index + 1}` };
  const early = words.slice(0, -1).flatMap((_, word): Report[] => {
    // Every other word is heard together with the one before it.
    if (word % 2 === 0) return [];
    const heard = misheard?.split(' ').slice(0, word + 1);
    const isMistaken =
      heard !== undefined && misheard !== undefined && heard.length < misheard.split(' ').length;
    const atMs = startMs + (word + 1) * pace;
    const said = (isMistaken ? heard : words.slice(0, word + 1)).join(' ');
    return [{ ...segment, atMs, text: said, endMs: Math.round(atMs), isPartial: true }];
  });
  return [...early, { ...segment, atMs: endMs + 150, isPartial: false }];
}

/** Sends one report of a call. */
export const report = (
  server: TestServer,
  callId: string,
  { atMs: _sent, ...said }: Report,
): Promise<unknown> => telephone(server, 'logTranscriptSegment', { callId, ...said });
