import type { Alert } from './alert.ts';
import type { Call } from './call.ts';
import type { Conversation } from './conversation.ts';
import type { Event } from './event.ts';
import type { Message } from './message.ts';
import type { Segment } from './segment.ts';
import type { WebhookKind } from './webhook.ts';

/** One thing that an event has to tell to webhooks; `part` is the place of its message among those of the event. */
export type Notice = { kind: WebhookKind; part: number };

/** What an event has to tell to webhooks. */
export function noticesOf(event: Event): Notice[] {
  switch (event.kind) {
    case 'MessagesLogged':
      return event.messages.flatMap(({ sender }, part): Notice[] => [
        { kind: 'message.logged', part },
        ...(sender === 'HUMAN' ? [{ kind: 'human.replied', part } as const] : []),
      ]);
    case 'HandoffChanged':
      return [{ kind: 'handoff.changed', part: 0 }];
    case 'ConversationClosed':
      return [
        { kind: 'conversation.closed', part: 0 },
        ...(event.conversation.channel === 'CALL' ? [{ kind: 'call.ended', part: 0 } as const] : []),
      ];
    case 'CallStarted':
      return [{ kind: 'call.started', part: 0 }];
    case 'SegmentLogged':
      return [{ kind: 'segment.final', part: 0 }];
    case 'ConversationReopened':
      return [{ kind: 'conversation.reopened', part: 0 }];
    case 'TurnRecorded':
      return [{ kind: 'turn.recorded', part: 0 }];
    case 'CostRecorded':
      return [{ kind: 'cost.recorded', part: 0 }];
    case 'FeedbackSubmitted':
      return [{ kind: 'feedback.submitted', part: 0 }];
    case 'AlertRaised':
      return [{ kind: 'alert.raised', part: 0 }];
    case 'AlertResolved':
      return [{ kind: 'alert.resolved', part: 0 }];
    case 'AlertChanged':
      if (event.change === 'VALUE') return [];
      return [{ kind: event.change === 'SNOOZED' ? 'alert.snoozed' : 'alert.unsnoozed', part: 0 }];
    case 'ConversationStarted':
    case 'ConversationChanged':
    case 'NoteAdded':
    case 'CallChanged':
    case 'PartialHeard':
    case 'CallCategoryChanged':
    case 'FactsChanged':
    case 'ConversationPurged':
    case 'ContentErased':
    case 'PoliciesChanged':
    case 'EndUserAdded':
    case 'EndUserForgotten':
    case 'PricesImported':
    case 'PriceRuleChanged':
    case 'KeyCreated':
    case 'KeyRevoked':
    case 'PayloadMappingChanged':
    case 'WebhookChanged':
    case 'WebhookRemoved':
    case 'ViewSaved':
    case 'ViewRemoved':
    case 'AlertRuleChanged':
    case 'AlertRuleRemoved':
    case 'SourceChanged':
      return [];
  }
}

/** The body of a webhook, documented in PROTOCOL.md. Null when the event has no such thing to tell. */
export function payloadOf(event: Event, { kind, part }: Notice): object | null {
  const isTold = noticesOf(event).some((it) => it.kind === kind && it.part === part);
  const data = isTold ? dataOf(event, part) : null;
  return data === null ? null : { type: kind, timestamp: event.at, data: { seq: event.seq, ...data } };
}

function dataOf(event: Event, part: number): object | null {
  if ('alert' in event) return { alert: showAlert(event.alert) };
  if (!('conversation' in event)) return null;
  const conversation = showConversation(event.conversation);
  switch (event.kind) {
    case 'MessagesLogged':
      return { conversation, message: showMessage(event.messages[part]!) };
    case 'HandoffChanged': {
      const { from, by, conversation: after } = event;
      return {
        conversation,
        from,
        by,
        reason: after.handoffReason,
        messages: event.messages.map(showMessage),
      };
    }
    case 'ConversationClosed':
      return { conversation, reason: event.reason };
    case 'CallStarted':
    case 'CallChanged':
      return { conversation, call: showCall(event.call) };
    case 'SegmentLogged':
      return { conversation, call: showCall(event.call), segment: showSegment(event.segment) };
    case 'TurnRecorded':
      return { conversation, turn: withoutInner(event.turn) };
    case 'CostRecorded':
      return { conversation, cost: withoutInner(event.cost) };
    case 'FeedbackSubmitted':
      return { conversation, feedback: withoutInner(event.feedback) };
    case 'ConversationReopened':
    case 'ConversationStarted':
    case 'ConversationChanged':
    case 'NoteAdded':
    case 'ConversationPurged':
      return { conversation };
  }
}

const showConversation = (it: Conversation): object => ({
  id: it.externalId,
  endUserId: it.endUser?.externalId ?? null,
  channel: it.channel,
  platform: it.platform,
  status: it.status,
  owner: it.owner,
  operator: it.operator,
  handoffReason: it.handoffReason,
  priority: it.priority,
  startedAt: it.startedAt,
  closedAt: it.closedAt,
});

const showCall = ({
  customerPhoneNumber,
  systemPhoneNumber,
  agentId,
  startedAt,
  metadata,
}: Call): object => ({
  customerPhoneNumber,
  systemPhoneNumber,
  agentId,
  startedAt,
  metadata,
});

const showSegment = (it: Segment): object => ({
  id: it.externalId,
  speaker: it.speaker,
  text: it.text,
  startMs: it.startMs,
  endMs: it.endMs,
  sentiment: it.sentiment,
  at: it.at,
  metadata: it.metadata,
  categories: it.matches,
});

const showMessage = (it: Message): object => ({
  id: it.id,
  sender: it.sender,
  text: it.text,
  at: it.at,
  exchange: it.exchange,
  metadata: it.metadata,
  requiresHuman: it.requiresHuman,
  humanReplied: it.humanReplied,
});

const showAlert = ({ id, ...it }: Alert): object => ({ id: String(id), ...it });

/** What was recorded, without what only we need. */
function withoutInner<T extends { conversationId: number; setting: unknown }>(recorded: T): object {
  const { conversationId: _, setting: __, ...shown } = recorded;
  return shown;
}
