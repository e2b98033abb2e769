import type { Limiter } from '../auth/limits.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { confidenceOf, type Fact, type FactChange } from '../domain/fact.ts';
import { averageSentiment } from '../domain/profile.ts';
import { formatCursor, parseCursor } from '../live/cursor.ts';
import { InvalidCursorError, type Feed, type Frame, type Frames } from '../live/feed.ts';
import type { Call, Reply, Route, StreamedEvent } from '../route.ts';
import type { PrismaClient } from '../store/database.ts';
import { findEndUser, findProfile } from '../store/end-user.ts';
import { newestFacts } from '../store/fact.ts';
import { learningManner, limited, pathUser, showFact, showMoment } from './learning.ts';

type Dependencies = { prisma: PrismaClient; feed: Feed; limiter: Limiter; now: () => number };
type Stage = 'received' | 'analyzed' | 'fact_learned' | 'fact_updated' | 'completed';

/** The streams of the learning system: what is known of a user, and how it came to be known. */
export function learningStreams({ prisma, feed, limiter, now }: Dependencies): Route[] {
  const insights: Route = {
    method: 'GET',
    path: '/webhook/stream/insights/:user_id',
    scope: 'read',
    manner: learningManner,
    handle: (call) =>
      limited(limiter, 'stream-insights', call, call.params['user_id'] ?? '', async () => {
        const username = pathUser(call);
        const show = (updates: Updates): Promise<object> =>
          showState(prisma, call.caller.projectId, username, updates, now());
        return open(feed, call, username, lastEventId(call), (first, rest) =>
          followInsights(first, rest, username, lastEventId(call) !== undefined, show),
        );
      }),
  };
  const learning: Route = {
    method: 'GET',
    path: '/webhook/stream/learning/:user_id',
    scope: 'read',
    manner: learningManner,
    handle: (call) =>
      limited(limiter, 'stream-learning', call, call.params['user_id'] ?? '', async () => {
        const username = pathUser(call);
        const [, cursor, seen] = /^(.*)\.(\d{1,4})$/u.exec(lastEventId(call) ?? '') ?? [];
        return open(feed, call, username, cursor ?? lastEventId(call), (first, rest) =>
          followLearning(first, rest, username, Number(seen ?? 0)),
        );
      }),
  };
  return [insights, learning];
}

/** Where a client that comes back wants to go on; browsers send the header themselves. */
const lastEventId = ({ headers }: Call): string | undefined => {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
};

/** Opens the view of one user's events; a cursor that is none is refused before anything is answered. */
async function open(
  feed: Feed,
  { caller }: Call,
  username: string,
  after: string | undefined,
  follow: (first: Frame, rest: Frames) => AsyncGenerator<StreamedEvent, void, undefined>,
): Promise<Reply> {
  const frames = feed({ projectId: caller.projectId, after, wants: (event) => userOf(event) === username });
  try {
    const first = await frames.next();
    if (first.done === true) throw new Error('The log ended before it began.');
    const events = follow(first.value, frames);
    return { status: 200, body: null, stream: { events, end: () => void frames.return?.() } };
  } catch (error) {
    void frames.return?.();
    if (!(error instanceof InvalidCursorError)) throw error;
    throw new InvalidInputError('Last-Event-ID', 'Last-Event-ID is not an id of this stream.');
  }
}

function userOf(event: Event): string | null {
  if (event.kind === 'MessagesLogged') return event.conversation.endUser?.externalId ?? null;
  return event.kind === 'FactsChanged' || event.kind === 'EndUserForgotten' ? event.endUser.externalId : null;
}

const epochOf = ({ cursor }: Frame): string => parseCursor(cursor)?.epoch ?? '';
const factsIn = (event: Event): FactChange[] => ('facts' in event ? event.facts : []);
const isNewMessage = (event: Event): boolean => event.kind === 'MessagesLogged' && event.profile !== null;

type Updates = { new_facts: number; new_interactions: number };

/** The present state at once, with what was missed; then again after each call that logged something. */
async function* followInsights(
  first: Frame,
  rest: Frames,
  username: string,
  isResumed: boolean,
  show: (updates: Updates) => Promise<object>,
): AsyncGenerator<StreamedEvent, void, undefined> {
  let missed: Updates = { new_facts: 0, new_interactions: 0 };
  const add = (event: Event): void => {
    missed = {
      new_facts: missed.new_facts + factsIn(event).filter(({ change }) => change === 'LEARNED').length,
      new_interactions: missed.new_interactions + (isNewMessage(event) ? 1 : 0),
    };
  };
  let frame = first;
  while (!frame.caughtUp) {
    frame.events.forEach(add);
    const next = await rest.next();
    if (next.done === true) return;
    frame = next.value;
  }
  frame.events.forEach(add);
  yield {
    id: frame.cursor,
    data: await show(isResumed ? missed : { new_facts: 0, new_interactions: 0 }),
  };
  missed = { new_facts: 0, new_interactions: 0 };
  for await (const { events, ...frameRest } of rest) {
    for (const event of events) {
      add(event);
      const isWhole = event.kind !== 'MessagesLogged' || (isNewMessage(event) && !event.isContinued);
      if (!isWhole || (event.kind === 'FactsChanged' && event.facts.length === 0)) continue;
      const id = formatCursor({ epoch: epochOf({ events, ...frameRest }), seq: event.seq });
      yield { id, data: await show(missed) };
      missed = { new_facts: 0, new_interactions: 0 };
    }
  }
}

/** Every step of every message. An id names the entry of the log before it, and how many of its steps were told. */
async function* followLearning(
  first: Frame,
  rest: Frames,
  username: string,
  toldAlready: number,
): AsyncGenerator<StreamedEvent, void, undefined> {
  let skip = toldAlready;
  for await (const frame of framesOf(first, rest)) {
    for (const event of frame.events) {
      const steps = stepsOf(event, username);
      const before = formatCursor({ epoch: epochOf(frame), seq: event.seq - 1 });
      for (const [index, step] of steps.entries()) {
        if (index >= skip) yield { id: `${before}.${index + 1}`, data: step };
      }
      skip = 0;
    }
  }
}

async function* framesOf(first: Frame, rest: Frames): AsyncGenerator<Frame, void, undefined> {
  yield first;
  yield* rest;
}

function stepsOf(event: Event, username: string): object[] {
  const step = (stage: Stage, userId: number, interactionId: number | null, detail: object): object => ({
    timestamp: showMoment(event.at),
    user_id: userId,
    username,
    stage,
    interaction_id: interactionId,
    detail,
  });
  if (event.kind === 'FactsChanged') {
    return event.facts.map(({ change, fact, evidence }) =>
      step(stageOf(change), event.endUser.id, evidence?.messageId ?? null, showLearned(fact, change)),
    );
  }
  if (event.kind !== 'MessagesLogged' || event.profile === null) return [];
  const message = event.messages.find(({ sender }) => sender === 'USER')!;
  const { endUserId: userId } = event.profile;
  const { sentiment, topics } = message;
  return [
    step('received', userId, message.id, { session_id: event.conversation.externalId }),
    step('analyzed', userId, message.id, { sentiment, topics }),
    ...event.facts.map(({ change, fact }) =>
      step(stageOf(change), userId, message.id, showLearned(fact, change)),
    ),
    step('completed', userId, message.id, {
      new_facts: event.facts.filter(({ change }) => change === 'LEARNED').length,
    }),
  ];
}

const stageOf = (change: FactChange['change']): Stage =>
  change === 'LEARNED' ? 'fact_learned' : 'fact_updated';

const showLearned = (fact: Fact, change: FactChange['change']): object => ({
  ...showFact(fact),
  change: change.toLowerCase(),
});

const LATEST = 10;

async function showState(
  prisma: PrismaClient,
  projectId: number,
  username: string,
  updates: Updates,
  now: number,
): Promise<object> {
  const timestamp = showMoment(new Date(now).toISOString());
  const endUser = await findEndUser(prisma, projectId, { externalId: username });
  if (endUser === null) {
    const analytics = { total_interactions: 0, avg_sentiment: 0 };
    return { timestamp, user_id: null, username, updates, latest_facts: [], analytics };
  }
  const [facts, profile] = await Promise.all([
    newestFacts(prisma, projectId, endUser.id, LATEST),
    findProfile(prisma, projectId, endUser.id),
  ]);
  return {
    timestamp,
    user_id: endUser.id,
    username,
    updates,
    latest_facts: facts.map((fact) => ({
      category: fact.category,
      value: fact.value,
      confidence: confidenceOf(fact).toLowerCase(),
      created_at: showMoment(fact.firstSaidAt),
    })),
    analytics: { total_interactions: profile.messages, avg_sentiment: averageSentiment(profile) },
  };
}
