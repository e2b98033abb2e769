import type {
  SegmentBubbleFragment,
  SegmentPageFragment,
  TranscriptSubscription,
} from '../../generated/client/graphql.ts';

export type Segment = SegmentBubbleFragment;
export type TranscriptFrame = TranscriptSubscription['transcript'];

/** What is said in a call, each segment once, in the order of the call. All functions here are pure. */
export interface Transcript {
  readonly segments: readonly Segment[];
  readonly before: string | null;
  readonly hasOlder: boolean;
}

export const noTranscript: Transcript = { segments: [], before: null, hasOlder: false };

/** The newest page, and nothing of what was known before. */
export function latestLoaded(page: SegmentPageFragment): Transcript {
  return { segments: merged([], page.nodes), ...edgeOf(page) };
}

/** One more page of the beginning. What is known already may have changed since the page was read. */
export function olderLoaded({ segments }: Transcript, page: SegmentPageFragment): Transcript {
  return { segments: merged(page.nodes, segments), ...edgeOf(page) };
}

/** New and changed segments, each in its place: a final where its partial was, a late one between the others. */
export function framesArrived(transcript: Transcript, frames: readonly TranscriptFrame[]): Transcript {
  const arrived = frames.flatMap(({ segments }) => segments);
  if (arrived.length === 0) return transcript;
  const { segments, hasOlder } = transcript;
  const first = hasOlder ? segments[0] : undefined;
  const known = new Set(first ? segments.map(({ segmentId }) => segmentId) : []);
  // One from before what is loaded would leave a hole behind it; it comes with its page.
  const within = (segment: Segment): boolean =>
    !first || known.has(segment.segmentId) || inOrder(first, segment) <= 0;
  return { ...transcript, segments: merged(segments, arrived.filter(within)) };
}

/** Every segment once, in order; what comes later in the arguments wins. */
function merged(...lists: readonly (readonly Segment[])[]): readonly Segment[] {
  const byId = new Map(lists.flat().map((segment) => [segment.segmentId, segment]));
  return [...byId.values()].sort(inOrder);
}

function inOrder(a: Segment, b: Segment): number {
  return a.startMs - b.startMs || a.arrival - b.arrival;
}

function edgeOf({ pageInfo }: SegmentPageFragment): Pick<Transcript, 'before' | 'hasOlder'> {
  return { before: pageInfo.startCursor, hasOlder: pageInfo.hasPreviousPage };
}

/** A row of a transcript as it is drawn. */
export interface SpokenRow {
  readonly segment: Segment;
  /** The other side was still speaking when this began. */
  readonly interrupts: boolean;
  /** How long nobody had spoken before, in ms. */
  readonly silenceMs: number;
}

/** Shorter pauses are part of speaking; the server counts silences the same way. */
const SILENCE = 3_000;

const rowsOnce = new WeakMap<readonly Segment[], readonly SpokenRow[]>();

/** Segments with what lies between them. The same list for the same segments. */
export function spokenRows(segments: readonly Segment[]): readonly SpokenRow[] {
  let rows = rowsOnce.get(segments);
  if (!rows) rowsOnce.set(segments, (rows = rowsOf(segments)));
  return rows;
}

function rowsOf(segments: readonly Segment[]): readonly SpokenRow[] {
  const spokenUntil = { CUSTOMER: 0, AGENT: 0 };
  return segments.map((segment, index) => {
    const { speaker, startMs, endMs } = segment;
    const others = spokenUntil[speaker === 'CUSTOMER' ? 'AGENT' : 'CUSTOMER'];
    const pause = startMs - Math.max(spokenUntil.CUSTOMER, spokenUntil.AGENT);
    const goesOn = spokenUntil[speaker] > startMs;
    spokenUntil[speaker] = Math.max(spokenUntil[speaker], endMs);
    return {
      segment,
      interrupts: startMs < others && !goesOn,
      silenceMs: index > 0 && pause >= SILENCE ? pause : 0,
    };
  });
}
