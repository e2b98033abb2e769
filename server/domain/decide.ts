import { decideAlerting } from './alerting.ts';
import { advanceSource } from './advance-source.ts';
import type { AdvanceWatcher, Answer, Command } from './command.ts';
import { decideCalling, setCallCategory } from './calling.ts';
import type { Conversation } from './conversation.ts';
import { decideTelling } from './deliver.ts';
import { close, emit, findConversation, nothing, reopen } from './emit.ts';
import { ConflictError, InvalidInputError, NotFoundError } from './errors.ts';
import { isSame } from './exchange.ts';
import { decideHandoff } from './handoff.ts';
import { decideView } from './keep-view.ts';
import { decideLearning } from './knowledge.ts';
import { logExchange, logMessage } from './log.ts';
import { changePrices } from './pricing/change-prices.ts';
import { decideErasing } from './purge.ts';
import { record } from './record.ts';
import { decidePolicing } from './silence.ts';
import type { State } from './state.ts';

/**
 * What a command does to a project: its events, applied to `state` as they are decided. Throws a DomainError
 * when it is refused; the caller drops the state then.
 */
export function decide(state: State, command: Command, now: string): Answer {
  switch (command.kind) {
    case 'logExchange':
      return logExchange(state, command, now);
    case 'logMessage':
      return logMessage(state, command, now);
    case 'closeConversation':
      return setStatus(state, command.conversationId, now, 'CLOSED', command.reason);
    case 'reopenConversation':
      return setStatus(state, command.conversationId, now, 'ACTIVE', null);
    case 'teach':
    case 'confirmFact':
    case 'correctFact':
    case 'forgetFact':
    case 'forgetEndUser':
      return decideLearning(state, command, now);
    case 'advanceWatcher':
      return advanceWatcher(state, command, now);
    case 'advanceSource':
      return advanceSource(state, command, now);
    case 'recordTurn':
    case 'recordCost':
    case 'submitFeedback':
      return record(state, command, now);
    case 'startCall':
    case 'logSegment':
    case 'endCall':
    case 'categorizeCall':
      return decideCalling(state, command, now);
    case 'requestHuman':
    case 'markHuman':
    case 'markReplied':
    case 'takeOver':
    case 'release':
    case 'replyAsHuman':
    case 'addNote':
      return decideHandoff(state, command, now);
    case 'createWebhook':
    case 'updateWebhook':
    case 'removeWebhook':
    case 'fireWebhooks':
    case 'claimDeliveries':
    case 'settleDelivery':
    case 'replayDelivery':
      return decideTelling(state, command, now);
    case 'setPolicies':
    case 'endSilence':
      return decidePolicing(state, command, now);
    case 'purgeConversation':
    case 'eraseOld':
      return decideErasing(state, command, now);
    case 'saveView':
    case 'removeView':
      return decideView(state, command, now);
    case 'createAlertRule':
    case 'updateAlertRule':
    case 'removeAlertRule':
    case 'judgeAlerts':
    case 'judgeWaiting':
    case 'ageAlerts':
    case 'snoozeAlert':
    case 'resolveAlert':
      return decideAlerting(state, command, now);
    case 'createKey':
      if (state.keys.get(command.key.id) !== undefined) throw new ConflictError('This key exists already.');
      emit(state, now, { kind: 'KeyCreated', key: { ...command.key, createdAt: now, revokedAt: null } });
      return nothing;
    case 'revokeKey':
      return revokeKey(state, command.keyId, now);
    case 'setPayloadMapping':
      if (!isSame(state.project.payloadMapping, command.mapping)) {
        emit(state, now, { kind: 'PayloadMappingChanged', mapping: command.mapping });
      }
      return nothing;
    case 'importPrices':
    case 'setPriceRule':
      return changePrices(state, command, now);
    case 'setCallCategory':
      return setCallCategory(state, command.name, command.category, now);
  }
}

function setStatus(
  state: State,
  externalId: string,
  now: string,
  status: Conversation['status'],
  reason: string | null,
): Answer {
  const conversation = findConversation(state, externalId);
  if (conversation.status === status) return { ...nothing, conversation };
  if (status === 'ACTIVE') return { ...nothing, conversation: reopen(state, conversation, now) };
  return { ...nothing, conversation: close(state, conversation, { at: now, reason }, now) };
}

function revokeKey(state: State, keyId: string, now: string): Answer {
  const key = state.keys.get(keyId);
  if (key === undefined) throw new NotFoundError(`There is no key ${keyId} in this project.`);
  if (key.revokedAt === null) emit(state, now, { kind: 'KeyRevoked', key: { ...key, revokedAt: now } });
  return nothing;
}

/**
 * Only the server that holds a rule may move it, so that two servers on one database do not do the same work; and
 * only from where it stands, so that one that lost it without noticing repeats nothing.
 */
function advanceWatcher(state: State, { from, to, heard }: AdvanceWatcher, now: string): Answer {
  const known = state.watchers.get(to.name);
  if ((known?.seq ?? null) !== from) {
    throw new ConflictError(
      `The watcher "${to.name}" stands at ${known?.seq ?? 'no event'}, not at ${from}.`,
    );
  }
  if (known !== undefined && known.holder !== to.holder && known.heldUntil > now) {
    throw new ConflictError(`The watcher "${to.name}" is held by another server until ${known.heldUntil}.`);
  }
  // Words that were erased meanwhile must teach nothing any more.
  if (heard !== null && state.messages.get(heard.messageId)?.text !== heard.text) {
    throw new NotFoundError(`Message ${heard.messageId} does not say any more what was heard of it.`);
  }
  state.watchers.set(to.name, to);
  return nothing;
}

/** The refusal of an idempotency key that was used before, with other content. */
export function keyReused(key: string): ConflictError {
  return new ConflictError(
    `The idempotency key "${key}" was used before with other content. Send the same content, or a new key.`,
  );
}

/** The refusal of a list that is empty or too long. */
export function checkCount(field: string, count: number, most: number): void {
  if (count >= 1 && count <= most) return;
  throw new InvalidInputError(field, `${field} must hold 1 to ${most} entries; it holds ${count}.`);
}
