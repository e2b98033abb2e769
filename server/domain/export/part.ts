import type { Conversation } from '../conversation.ts';
import type { Message } from '../message.ts';
import type { Segment } from '../segment.ts';

/** What was said in one conversation, messages first; a long conversation or a call comes in several parts. */
export type Part = {
  conversation: Conversation;
  messages: Message[];
  /** Finals of a call, by where they start. */
  segments: Segment[];
  isFirst: boolean;
  isLast: boolean;
};

/** A form in which conversations leave the house. */
export type Format = {
  mediaType: string;
  /** What comes before everything else. */
  head: string;
  write: (part: Part) => string;
};

/** The whole export as text, piece by piece. */
export async function* writeParts(
  { head, write }: Format,
  pages: AsyncIterable<Part[]>,
): AsyncGenerator<string, void, undefined> {
  yield head;
  for await (const parts of pages) yield parts.map(write).join('');
}
