import type { Event } from '../domain/event.ts';
import type { Segment } from '../domain/segment.ts';
import type { LogReader } from '../journal/read.ts';
import { findConversation } from '../store/conversation.ts';
import type { PrismaClient } from '../store/database.ts';
import { readSegments } from '../store/segment.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { InvalidCursorError, NoSuchProjectError, resetFor, type Feed, type ResetReason } from './feed.ts';

/** One delivery of a transcript; segments that were given before take the place of what they were. */
export type TranscriptFrame = {
  segments: Segment[];
  /** Resume from here. While a backlog is given it stays where the viewer resumed. */
  cursor: string;
  caughtUp: boolean;
  /** Set when the transcript is given from its beginning, since the cursor could not be resumed from. */
  reset: ResetReason | null;
};

export type TranscriptViewer = {
  projectId: number;
  /** External id of the call; one that is not known yet is waited for. */
  callId: string;
  /** Resume from this cursor; the whole transcript when left out. */
  after?: string | null | undefined;
  /** Whether partials are left out. */
  isFinal?: boolean;
};

export type Transcript = AsyncIterableIterator<TranscriptFrame>;

/** The segment that an event of a call is about; null for other events, and for partials where only finals count. */
export function segmentIn(event: Event, { callId, isFinal = false }: TranscriptViewer): Segment | null {
  if (event.kind === 'SegmentLogged' && event.conversation.externalId === callId) return event.segment;
  if (!isFinal && event.kind === 'PartialHeard' && event.callId === callId) return event.segment;
  return null;
}

/** Whether words may be gone after an event; whose they were, an event about a person does not tell. */
export const erasesWords = (event: Event, callId: string): boolean =>
  event.kind === 'EndUserForgotten' ||
  (event.kind === 'ConversationPurged' && event.conversation.externalId === callId);

/**
 * Opens a view of the transcript of a call: what was said so far, or changed since the cursor, in the order of the
 * call, then what is said, in the order of the log. What was missed is read from the table, where every segment is
 * once, not from the log with all its partials. When words are erased, everything is given again without them, but
 * to who wants finals only, for whom that would be said again.
 */
export function openTranscript(
  { feed, log, prisma }: { feed: Feed; log: LogReader; prisma: PrismaClient },
  viewer: TranscriptViewer,
): Transcript {
  const { projectId, callId } = viewer;
  const isErasing = (event: Event): boolean => viewer.isFinal !== true && erasesWords(event, callId);
  const wants = (event: Event): boolean => segmentIn(event, viewer) !== null || isErasing(event);
  const events = feed({ projectId, wants });
  const frames = follow();
  return {
    next: () => frames.next(),
    return() {
      void events.return?.();
      return frames.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };

  async function* follow(): AsyncGenerator<TranscriptFrame, undefined, undefined> {
    const cursor = viewer.after == null ? null : parseCursor(viewer.after);
    if (viewer.after != null && cursor === null) {
      throw new InvalidCursorError(`"${viewer.after}" is not a cursor of this server.`);
    }
    // From here on nothing that happens escapes, and everything before is in the table.
    await events.next();
    const position = await log.position(projectId);
    if (position === null) throw new NoSuchProjectError('This project does not exist any more.');
    const { epoch, head } = position;
    const reset = cursor && resetFor(cursor, { ...position, floor: 0 });
    const since = cursor === null || reset !== null ? 0 : cursor.seq;
    const at = (seq: number): string => formatCursor({ epoch, seq });

    let waiting: Segment[] = [];
    for await (const page of changedBetween(since, head)) {
      if (waiting.length > 0) yield { segments: waiting, cursor: at(since), caughtUp: false, reset };
      waiting = page;
    }
    yield { segments: waiting, cursor: at(head), caughtUp: true, reset };

    for await (const frame of events) {
      const news = new Map<number, Segment>();
      for (const event of frame.events) {
        const segment = event.seq > head ? segmentIn(event, viewer) : null;
        if (segment === null) continue;
        // Of a partial and what came of it, only the newest is of use; a final is never left out.
        if (viewer.isFinal !== true) news.delete(segment.id);
        news.set(viewer.isFinal === true ? event.seq : segment.id, segment);
      }
      if (news.size > 0) {
        yield { segments: [...news.values()], cursor: frame.cursor, caughtUp: true, reset: null };
      }
      if (!frame.events.some((event) => event.seq > head && isErasing(event))) continue;
      for await (const segments of changedBetween(0, frame.events.at(-1)!.seq)) {
        yield { segments, cursor: frame.cursor, caughtUp: true, reset: null };
      }
    }
    return undefined;
  }

  async function* changedBetween(changedAfter: number, changedBy: number): AsyncGenerator<Segment[]> {
    const conversation = await findConversation(prisma, projectId, { externalId: callId });
    if (conversation === null) return;
    const changed = { changedAfter, changedBy, isFinal: viewer.isFinal ?? false };
    yield* readSegments(prisma, projectId, conversation.id, changed);
  }
}
