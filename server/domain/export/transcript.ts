import type { Conversation } from '../conversation.ts';
import type { Message } from '../message.ts';
import type { Segment } from '../segment.ts';
import type { Format } from './part.ts';

/** Text for people to read: a head for each conversation, then what was said. */
export const transcript: Format = {
  mediaType: 'text/plain; charset=utf-8',
  head: '',
  write: ({ conversation, messages, segments, isFirst, isLast }) =>
    [
      isFirst ? headOf(conversation) : '',
      ...messages.map(({ at, sender, text }) => spoken(clock(at), sender, text)),
      ...segments.map(({ startMs, speaker, text }) => spoken(offset(startMs), speaker, text)),
      isLast ? '\n' : '',
    ].join(''),
};

const lineBreak = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/u;
const oneLine = (text: string): string => text.split(lineBreak).join(' ');
const clock = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;

/** Since a call began: 0:01:05. */
function offset(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (part: number): string => String(part % 60).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
}

function headOf({ externalId, endUser, channel, platform, status, owner, startedAt }: Conversation): string {
  const person = endUser === null ? '' : `, with ${oneLine(endUser.externalId)}`;
  const facts = `${channel} on ${oneLine(platform)}${person}, since ${clock(startedAt)}, ${status}, answered by ${owner}`;
  return `# ${oneLine(externalId)}\n# ${facts}\n\n`;
}

/** Lines behind the first are indented, so that no words look like a line of somebody else. */
const spoken = (when: string, who: Message['sender'] | Segment['speaker'], text: string): string =>
  `[${when}] ${who}: ${text.split(lineBreak).join('\n    ')}\n`;
