import type { Conversation } from '../conversation.ts';
import type { Message } from '../message.ts';
import type { Format } from './part.ts';

/** Text for people to read: a head for each conversation, then what was said. */
export const transcript: Format = {
  mediaType: 'text/plain; charset=utf-8',
  head: '',
  write: ({ conversation, messages, isFirst, isLast }) =>
    [isFirst ? headOf(conversation) : '', ...messages.map(spoken), isLast ? '\n' : ''].join(''),
};

const lineBreak = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/u;
const oneLine = (text: string): string => text.split(lineBreak).join(' ');
const clock = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;

function headOf({ externalId, endUser, channel, platform, status, owner, startedAt }: Conversation): string {
  const person = endUser === null ? '' : `, with ${oneLine(endUser.externalId)}`;
  const facts = `${channel} on ${oneLine(platform)}${person}, since ${clock(startedAt)}, ${status}, answered by ${owner}`;
  return `# ${oneLine(externalId)}\n# ${facts}\n\n`;
}

/** Lines behind the first are indented, so that no words look like a line of somebody else. */
const spoken = ({ at, sender, text }: Message): string =>
  `[${clock(at)}] ${sender}: ${text.split(lineBreak).join('\n    ')}\n`;
