import type { Message } from '../reducers/thread.ts';
import { speakerOf } from './speaker.ts';

const LONGEST = 300;

/** What a screen reader is told of messages that just arrived: the last one, and how many it stands for. */
export function announcement(arrived: readonly Message[]): string {
  const message = arrived.at(-1);
  if (!message) return '';
  const more = arrived.length > 1 ? `${arrived.length} new messages. ` : '';
  return `${more}${speakerOf(message)}: ${message.text.slice(0, LONGEST)}`;
}
