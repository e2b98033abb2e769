import type { Answer, Learning } from './command.ts';
import type { EndUser } from './conversation.ts';
import { emit, nothing } from './emit.ts';
import { InvalidInputError, NotFoundError } from './errors.ts';
import type { Fact, FactChange, Lesson } from './fact.ts';
import { learn, learnHabits } from './learn.ts';
import type { Message } from './message.ts';
import type { Profile } from './profile.ts';
import { evidenceKey, factKey } from './layers.ts';
import type { State } from './state.ts';

/** What a command about people's facts does. */
export function decideLearning(state: State, command: Learning, now: string): Answer {
  switch (command.kind) {
    case 'teach':
      return teach(state, command.messageId, command.lessons, now);
    case 'confirmFact':
      return judge(state, command.factId, now, (fact) => {
        mustHold(fact);
        if (fact.isConfirmed) return [];
        return [{ change: 'CONFIRMED', fact: { ...fact, isConfirmed: true }, evidence: null }];
      });
    case 'correctFact':
      return judge(state, command.factId, now, (fact) => correct(state, fact, command.value, now));
    case 'forgetFact':
      return judge(state, command.factId, now, (fact) => [
        { change: 'FORGOTTEN', fact: forgotten(fact, now), evidence: null },
      ]);
    case 'forgetEndUser': {
      const endUser = state.endUsers.get(command.endUserId);
      if (endUser === undefined) throw noEndUser(command.endUserId);
      emit(state, now, { kind: 'EndUserForgotten', endUser });
      return nothing;
    }
  }
}

/** What a new message of a person teaches, and what its being written tells of his habits. */
export function learnFrom(
  state: State,
  lessons: Lesson[],
  message: Message & { endUserId: number },
  profile: Profile,
  now: string,
): FactChange[] {
  const learned = learnWords(state, lessons, message, now);
  const lastFact = learned.reduce((last, { fact }) => Math.max(last, fact.id), state.project.lastFact);
  const all = known(state, message.endUserId);
  const fact: typeof all.fact = (key) =>
    learned.findLast((it) => it.fact.key === key && it.fact.endedAt === null)?.fact ?? all.fact(key);
  return [...learned, ...learnHabits(profile, earlier(message.at, now), { ...all, fact, lastFact })];
}

/** What the words of a message teach. */
export function learnWords(
  state: State,
  lessons: Lesson[],
  { id: messageId, endUserId, text, at }: Message & { endUserId: number },
  now: string,
): FactChange[] {
  const source = { endUserId, messageId, text, at: earlier(at, now) };
  return learn(lessons, source, known(state, endUserId));
}

/** A clock that is ahead must not make a fact last longer than what is said later. */
const earlier = (at: string, now: string): string => (at < now ? at : now);

function known(state: State, endUserId: number): Parameters<typeof learn>[2] {
  return {
    fact(key) {
      const fact = state.newestFacts.get(factKey(endUserId, key));
      return fact?.endedAt === null ? fact : undefined;
    },
    isProved: (factId, messageId) => state.evidence.get(evidenceKey(factId, messageId)) !== undefined,
    lastFact: state.project.lastFact,
  };
}

/** Lessons that somebody found in a message after it was stored. */
function teach(state: State, messageId: number, lessons: Lesson[], now: string): Answer {
  const message = state.messages.get(messageId);
  const owner = message?.endUserId ?? null;
  if (message === undefined || owner === null) {
    throw new NotFoundError(`There is no message ${messageId} of a known end user in this project.`);
  }
  const facts = learnWords(state, lessons, { ...message, endUserId: owner }, now);
  if (facts.length > 0) emit(state, now, { kind: 'FactsChanged', endUser: endUserOf(state, owner), facts });
  return { ...nothing, facts };
}

function judge(state: State, factId: number, now: string, change: (fact: Fact) => FactChange[]): Answer {
  const fact = state.facts.get(factId);
  if (fact === undefined || fact.ending === 'FORGOTTEN') {
    throw new NotFoundError(`There is no fact ${factId} in this project.`);
  }
  const facts = change(fact);
  if (facts.length > 0) {
    emit(state, now, { kind: 'FactsChanged', endUser: endUserOf(state, fact.endUserId), facts });
  }
  return { ...nothing, facts: facts.length > 0 ? facts : [{ change: 'CONFIRMED', fact, evidence: null }] };
}

/** At most one fact of a key holds, so nobody may bring an ended one back. */
function mustHold(fact: Fact): void {
  if (fact.endedAt === null) return;
  const message = `The fact ${fact.id} holds no more; something else took its place. Look at the facts that hold now.`;
  throw new InvalidInputError('input.factId', message);
}

/** The fact in other words, and sure; what it said before stays in the history, and saying it again proves it again. */
function correct(state: State, fact: Fact, value: string, now: string): FactChange[] {
  mustHold(fact);
  if (fact.value === value && fact.isConfirmed) return [];
  const corrected: Fact = {
    ...fact,
    id: state.project.lastFact + 1,
    value,
    isConfirmed: true,
    isStated: false,
    evidence: 0,
    firstSaidAt: now,
    lastSaidAt: now,
  };
  const old: Fact = { ...fact, endedAt: now, ending: 'SUPERSEDED', replacedBy: corrected.id };
  return [
    { change: 'SUPERSEDED', fact: old, evidence: null },
    { change: 'CORRECTED', fact: corrected, evidence: null },
  ];
}

/** Nothing of what it said is kept. */
export const forgotten = (fact: Fact, now: string): Fact => ({
  ...fact,
  key: '',
  value: '',
  object: '',
  endedAt: fact.endedAt ?? now,
  ending: 'FORGOTTEN',
});

function endUserOf(state: State, id: number): EndUser {
  for (const endUser of state.endUsers.values()) if (endUser.id === id) return endUser;
  throw new Error(`End user ${id} is not loaded.`);
}

/** The refusal of an external id that nobody has. */
export const noEndUser = (externalId: string): NotFoundError =>
  new NotFoundError(`There is no end user with the external id "${externalId}" in this project.`);
