import { randomUUID } from 'node:crypto';
import { noticesOf } from '../domain/notice.ts';
import type { Webhook, WebhookKind } from '../domain/webhook.ts';
import { listWebhooks } from '../store/webhook.ts';
import type { Guard } from './address.ts';
import { Courier } from './courier.ts';
import type { Rule } from './follower.ts';
import { pause as pauseByClock } from './retry.ts';
import { followAll, type Watching } from './rule.ts';

type Options = Watching & { guard: Guard };

/** A server keeps a project for so long after it last stored something, in ms; what it does there takes no time. */
const LEASE = 5000;
/** How often it looks for deliveries that are due, in ms. */
const LOOK = 1000;

/**
 * Tells webhooks what happens: reads the log behind the commit, makes deliveries of it in the transaction that moves
 * its position, and sends those that are due. Resolves when it knows where every project stands; disposing it ends
 * the attempts that run.
 */
export async function startWebhooks(options: Options): Promise<AsyncDisposable> {
  const { prisma, guard, now, every, logger } = options;
  const { pause = pauseByClock, chance = Math.random } = options;
  const stop = new AbortController();
  const stopping = stop.signal;
  const warn = (about: object, what: string): void => logger.warn(about, what);
  const courier = new Courier({ ...options, guard, now, pause, chance, stopping, warn });

  /** What is wanted of each project, as far as this server has read its log. A project that is missing is to be read. */
  const wanted = new Map<number, ReadonlySet<WebhookKind>>();

  const rule: Rule = {
    name: 'webhooks',
    title: 'the webhooks',
    lease: LEASE,
    concerns(event, projectId) {
      if (event.kind === 'WebhookChanged' || event.kind === 'WebhookRemoved') return true;
      const kinds = wanted.get(projectId);
      // Most projects have no webhook: their events need no look.
      return kinds?.size !== 0 && noticesOf(event).some(({ kind }) => kinds?.has(kind) ?? true);
    },
    skipped: (projectId) => wanted.delete(projectId),
    async carryOut(events, hand) {
      const webhooks = (await listWebhooks(prisma, hand.projectId)).filter(({ isEnabled }) => isEnabled);
      wanted.set(hand.projectId, new Set(webhooks.flatMap(({ kinds }) => kinds)));
      const hits = events.flatMap((event) =>
        noticesOf(event).flatMap((notice) =>
          webhooks.filter(isToldOf(notice.kind, event.at)).map(({ id }) => {
            const webhookId = `msg_${randomUUID().replaceAll('-', '')}`;
            return { endpointId: id, webhookId, seq: event.seq, ...notice };
          }),
        ),
      );
      const { seq } = events.at(-1)!;
      if (hits.length === 0) return seq;
      if (!(await hand.store(seq, [{ kind: 'fireWebhooks', hits }]))) return null;
      courier.look();
      return seq;
    },
  };
  const followers = await followAll(rule, { ...options, pause, chance, stopping, warn });
  const stopLooking = every(LOOK, () => courier.look());
  courier.look();

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      stopLooking();
      await followers[Symbol.asyncDispose]();
      await courier.end();
    },
  };
}

/** What happened before a webhook was set up is not told to it. */
const isToldOf =
  (kind: WebhookKind, at: string) =>
  ({ kinds, createdAt }: Webhook): boolean =>
    kinds.includes(kind) && createdAt <= at;
