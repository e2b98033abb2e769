import type { Command } from '../domain/command.ts';
import { InvalidInputError, NotFoundError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { isBlank } from '../domain/value.ts';
import { findMessage } from '../store/message.ts';
import type { Hand, Rule } from './follower.ts';
import { createModel } from './model.ts';
import { pause as pauseByClock } from './retry.ts';
import { followAll, type Watching } from './rule.ts';
import type { LearnerSettings } from './settings.ts';
import { Tutor, type Heard } from './tutor.ts';

type Options = Watching & { settings: LearnerSettings };

/** A server keeps a project for so long after it last stored something, in ms. */
const LEASE = 180_000;
/** Before a model is asked, the lease must last this much longer at least: an answer takes up to two minutes. */
const LEAST_LEASE = 150_000;

/**
 * Learns with a language model from what people write. It reads the log behind the commit and answers with
 * commands, so that no caller ever waits for a model: what was logged is learned from sooner or later. Resolves
 * when it knows where every project stands; disposing it ends the request that runs. What was said before anybody
 * wanted a learner is left alone: it may be much, and models cost money.
 */
export async function startLearner(options: Options): Promise<AsyncDisposable> {
  const { settings, prisma, logger } = options;
  const { pause = pauseByClock, chance = Math.random } = options;
  const stop = new AbortController();
  const stopping = stop.signal;
  const warn = (about: object, what: string): void => logger.warn(about, what);
  const tutor = new Tutor({ model: await createModel(settings, pause), pause, chance, stopping, warn });

  async function hearAgain(projectId: number, id: number, found: ReadonlySet<string>): Promise<Heard | null> {
    const message = await findMessage(prisma, projectId, id);
    if (message === null || message.endUserId === null || isBlank(message.text)) return null;
    return { projectId, id, text: message.text, found };
  }

  /** Learns from a message. */
  async function learn(event: Event, messageId: number, hand: Hand): Promise<boolean> {
    const { projectId } = hand;
    const found = new Set(event.kind === 'MessagesLogged' ? event.facts.map(({ fact }) => fact.key) : []);
    for (;;) {
      // Read anew before each request: the words may have been erased since they were logged.
      const learned = await tutor.learn(async () => {
        const heard = await hearAgain(projectId, messageId, found);
        return heard !== null && (await hand.claim(LEAST_LEASE)) ? heard : null;
      });
      if (learned === null) return !stopping.aborted && !hand.isLost;
      const { lessons, heard } = learned;
      const teach: Command[] = lessons.length > 0 ? [{ kind: 'teach', messageId, lessons }] : [];
      const words = lessons.length > 0 ? { messageId, text: heard.text } : null;
      try {
        return await hand.store(event.seq, teach, words);
      } catch (error) {
        // It says something else by now: what was learned from it is void.
        if (error instanceof NotFoundError) continue;
        if (!(error instanceof InvalidInputError)) throw error;
        warn({ projectId, messageId }, 'the database refused lessons; skipped');
        return hand.store(event.seq, []);
      }
    }
  }

  const rule: Rule = {
    name: 'learner',
    title: 'the learner',
    lease: LEASE,
    concerns: (event) => saidIn(event) !== null,
    async carryOut([event], hand) {
      return (await learn(event!, saidIn(event!)!, hand)) ? event!.seq : null;
    },
  };
  const followers = await followAll(rule, { ...options, pause, chance, stopping, warn });
  const { host } = new URL(settings.baseUrl);
  logger.info({ model: settings.model, host }, `a learner is on: ${settings.model} at ${host}`);

  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await followers[Symbol.asyncDispose]();
    },
  };
}

/** The id of the message in which a known person said something new; null when nobody did. */
function saidIn(event: Event): number | null {
  if (event.kind !== 'MessagesLogged' || event.profile === null) return null;
  const { endUserId } = event.profile;
  return event.messages.find((it) => it.sender === 'USER' && it.endUserId === endUserId)?.id ?? null;
}
