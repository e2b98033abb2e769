import type { Conversation } from '../conversation.ts';
import type { Message } from '../message.ts';
import type { Segment } from '../segment.ts';
import type { Format } from './part.ts';

/** One JSON object a line: each conversation, then its messages, then the final segments of its call. */
export const jsonl: Format = {
  mediaType: 'application/x-ndjson; charset=utf-8',
  head: '',
  write: ({ conversation, messages, segments, isFirst }) =>
    [
      ...(isFirst ? [showConversation(conversation)] : []),
      ...messages.map((message) => showMessage(conversation, message)),
      ...segments.map((segment) => showSegment(conversation, segment)),
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
};

const showConversation = (it: Conversation): object => ({
  type: 'conversation',
  id: it.externalId,
  user: it.endUser?.externalId ?? null,
  channel: it.channel,
  platform: it.platform,
  status: it.status,
  owner: it.owner,
  operator: it.operator,
  handoffReason: it.handoffReason,
  priority: it.priority,
  startedAt: it.startedAt,
  closedAt: it.closedAt,
  closeReason: it.closeReason,
});

const showMessage = ({ externalId }: Conversation, it: Message): object => ({
  type: 'message',
  conversation: externalId,
  id: it.id,
  exchange: it.exchange,
  sender: it.sender,
  at: it.at,
  text: it.text,
  sentiment: it.sentiment,
  topics: it.topics,
  requiresHuman: it.requiresHuman,
  humanReplied: it.humanReplied,
  metadata: it.metadata,
  ...(it.isErased === true && { isErased: true }),
});

const showSegment = ({ externalId }: Conversation, it: Segment): object => ({
  type: 'segment',
  conversation: externalId,
  id: it.externalId,
  speaker: it.speaker,
  startMs: it.startMs,
  endMs: it.endMs,
  at: it.at,
  text: it.text,
  sentiment: it.sentiment,
  metadata: it.metadata,
});
