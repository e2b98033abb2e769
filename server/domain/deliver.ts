import type { Answer, Telling } from './command.ts';
import { emit, nothing } from './emit.ts';
import { ConflictError, NotFoundError } from './errors.ts';
import { isSame } from './exchange.ts';
import type { State } from './state.ts';
import { delayAfter, type Delivery, type Webhook } from './webhook.ts';

/** A project has so many webhooks at most. */
const MOST = 20;
/** An attempt that has no outcome after so long was lost with its server, in ms. */
const HOLD = 60_000;

/**
 * Sets webhooks up and keeps account of what they are told. Deliveries make no events: they would only be events to
 * deliver again, and the log says already what happened.
 */
export function decideTelling(state: State, command: Telling, now: string): Answer {
  switch (command.kind) {
    case 'createWebhook': {
      if ([...state.webhooks.values()].filter(({ isRemoved }) => isRemoved !== true).length >= MOST) {
        throw new ConflictError(`A project has at most ${MOST} webhooks. Remove one first.`);
      }
      const webhook = {
        ...command.webhook,
        isEnabled: true,
        createdAt: now,
        disabledAt: null,
        disabledReason: null,
      };
      emit(state, now, { kind: 'WebhookChanged', webhook });
      state.webhooks.set(webhook.id, { webhook, secret: command.secret });
      return { ...nothing, recorded: { webhook } };
    }
    case 'updateWebhook': {
      const before = find(state, command.id);
      const { isEnabled = before.isEnabled, ...stated } = command.changes;
      const turned = isEnabled === before.isEnabled ? {} : turn(isEnabled, 'It was disabled by hand.', now);
      return change(state, before, { ...before, ...stated, ...turned }, now);
    }
    case 'removeWebhook': {
      const webhook = find(state, command.id);
      emit(state, now, { kind: 'WebhookRemoved', webhook });
      return { ...nothing, recorded: { webhook } };
    }
    case 'fireWebhooks':
      return fire(state, command.hits, now);
    case 'claimDeliveries':
      return claim(state, command.claims, now);
    case 'settleDelivery':
      return settle(state, command, now);
    case 'replayDelivery':
      return replay(state, command.id, now);
  }
}

function find(state: State, id: string): Webhook {
  const known = state.webhooks.get(id);
  if (known !== undefined && known.isRemoved !== true) return known.webhook;
  throw new NotFoundError('There is no such webhook in this project.');
}

const turn = (
  isEnabled: boolean,
  reason: string,
  now: string,
): Pick<Webhook, 'isEnabled' | 'disabledAt' | 'disabledReason'> => ({
  isEnabled,
  disabledAt: isEnabled ? null : now,
  disabledReason: isEnabled ? null : reason,
});

function change(state: State, before: Webhook, webhook: Webhook, now: string): Answer {
  if (!isSame(before, webhook)) emit(state, now, { kind: 'WebhookChanged', webhook });
  return { ...nothing, recorded: { webhook } };
}

/** What was to be told to a webhook that is gone or disabled by now is not. */
function fire(state: State, hits: Extract<Telling, { kind: 'fireWebhooks' }>['hits'], now: string): Answer {
  for (const hit of hits) {
    const known = state.webhooks.get(hit.endpointId);
    if (known === undefined || known.isRemoved === true || !known.webhook.isEnabled) continue;
    const id = state.project.lastDelivery + 1;
    state.project = { ...state.project, lastDelivery: id };
    state.deliveries.set(id, {
      ...hit,
      id,
      state: 'PENDING',
      attempts: 0,
      attemptsBefore: 0,
      createdAt: now,
      nextAt: now,
      heldUntil: null,
      lastStatus: null,
      lastError: null,
      deliveredAt: null,
    });
  }
  return nothing;
}

/** Begins attempts, each for one server alone: whoever comes second finds that their number has moved on. */
function claim(
  state: State,
  claims: Extract<Telling, { kind: 'claimDeliveries' }>['claims'],
  now: string,
): Answer {
  const heldUntil = later(now, HOLD);
  const deliveries = claims.flatMap(({ id, attempts }): Delivery[] => {
    const known = state.deliveries.get(id);
    if (known === undefined || known.state !== 'PENDING' || known.attempts !== attempts) return [];
    const webhook = state.webhooks.get(known.endpointId)?.webhook;
    if (webhook?.isEnabled !== true || (known.nextAt ?? now) > now) return [];
    // Without an outcome it is due again when the hold is over.
    return [{ ...known, attempts: attempts + 1, heldUntil, nextAt: heldUntil }];
  });
  for (const delivery of deliveries) state.deliveries.set(delivery.id, delivery);
  return { ...nothing, recorded: { deliveries } };
}

/** The outcome of an attempt; one that was given up for lost meanwhile counts no more. */
function settle(
  state: State,
  { id, attempt, status, error, chance, isDead }: Extract<Telling, { kind: 'settleDelivery' }>,
  now: string,
): Answer {
  const known = state.deliveries.get(id);
  if (known === undefined || known.attempts !== attempt || known.state !== 'PENDING') return nothing;
  const after = { ...known, heldUntil: null, nextAt: null, lastStatus: status, lastError: error };
  if (error === null) {
    state.deliveries.set(id, { ...after, state: 'DELIVERED', deliveredAt: now });
    return nothing;
  }
  const isGone = status === 410;
  const delay = isGone ? null : delayAfter(attempt - known.attemptsBefore, chance);
  if (delay !== null) {
    state.deliveries.set(id, { ...after, nextAt: later(now, delay) });
    return nothing;
  }
  state.deliveries.set(id, { ...after, state: 'FAILED' });
  const webhook = state.webhooks.get(known.endpointId)?.webhook;
  if (webhook?.isEnabled !== true || !(isGone || isDead)) return nothing;
  const reason = isGone
    ? 'It answered 410 Gone.'
    : `Every attempt to deliver failed; the last one because ${error}.`;
  return change(state, webhook, { ...webhook, ...turn(false, reason, now) }, now);
}

function replay(state: State, id: number, now: string): Answer {
  const known = state.deliveries.get(id);
  if (known === undefined) throw new NotFoundError('There is no such delivery in this project.');
  if (!find(state, known.endpointId).isEnabled) {
    throw new ConflictError('Its webhook is disabled. Enable it first.');
  }
  if (known.heldUntil !== null && known.heldUntil > now) {
    throw new ConflictError('An attempt is under way. Wait for its outcome.');
  }
  const delivery: Delivery = {
    ...known,
    state: 'PENDING',
    attemptsBefore: known.attempts,
    nextAt: now,
    heldUntil: null,
    deliveredAt: null,
  };
  state.deliveries.set(id, delivery);
  return { ...nothing, recorded: { deliveries: [delivery] } };
}

const later = (now: string, ms: number): string => new Date(Date.parse(now) + ms).toISOString();
