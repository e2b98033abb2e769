import type { Message } from '../reducers/thread.ts';

const LONGEST = 300;

const SPEAKER = { USER: 'User', BOT: 'Bot', HUMAN: 'Person', SYSTEM: 'Note' } as const;

/** What a screen reader is told of messages that just arrived: the last one, and how many it stands for. */
export function announcement(arrived: readonly Message[]): string {
  const message = arrived.at(-1);
  if (!message) return '';
  const more = arrived.length > 1 ? `${arrived.length} new messages. ` : '';
  return `${more}${SPEAKER[message.sender]}: ${message.text.slice(0, LONGEST)}`;
}
