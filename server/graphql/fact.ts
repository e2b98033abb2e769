import { InvalidInputError, NotFoundError } from '../domain/errors.ts';
import type { categories, changes, confidences, endings, polarities, tenses } from '../domain/fact.ts';
import { confidenceOf, type Fact, type FactChange } from '../domain/fact.ts';
import { text } from '../domain/value.ts';
import { factHistory, findFact, listProofs, type Proof } from '../store/fact.ts';
import { builder } from './builder.ts';
import { write } from './context.ts';
import { parseInput } from './input.ts';

export const CategoryEnum = builder.enumType('FactCategory', {
  description: 'What a fact is about.',
  values: {
    INTERESTS: { value: 'interests' as const, description: 'What the person likes or dislikes.' },
    PREFERENCES: { value: 'preferences' as const, description: 'How the person wants things to be.' },
    PERSONAL: { value: 'personal' as const, description: 'Name, age, home, family and the like.' },
    WORK: { value: 'work' as const, description: 'Occupation, employer, studies.' },
    GOALS: { value: 'goals' as const, description: 'What the person wants to reach.' },
    BEHAVIOR: { value: 'behavior' as const, description: 'Habits, from counting.' },
  } satisfies Record<Uppercase<(typeof categories)[number]>, object>,
});

export const ConfidenceEnum = builder.enumType('Confidence', {
  description: 'How sure a fact is.',
  values: {
    LOW: { description: 'Inferred from one message.' },
    MEDIUM: { description: 'Stated outright once, or proved by two or three messages.' },
    HIGH: { description: 'Proved by four messages or more, or confirmed.' },
  } satisfies Record<(typeof confidences)[number], object>,
});

const PolarityEnum = builder.enumType('Polarity', {
  description: 'Whether it is so, or said not to be.',
  values: {
    POSITIVE: { description: 'It is so.' },
    NEGATIVE: { description: 'It is not so: a dislike.' },
  } satisfies Record<(typeof polarities)[number], object>,
});
const TenseEnum = builder.enumType('Tense', {
  description: 'Whether it is so now.',
  values: {
    PRESENT: { description: 'Now.' },
    PAST: { description: 'It used to be.' },
  } satisfies Record<(typeof tenses)[number], object>,
});
const EndingEnum = builder.enumType('FactEnding', {
  description: 'Why a fact holds no more.',
  values: {
    SUPERSEDED: { description: 'Something else was said since, or it was corrected.' },
    FORGOTTEN: { description: 'Somebody had it forgotten.' },
  } satisfies Record<(typeof endings)[number], object>,
});

const ProofRef = builder.objectRef<Proof>('FactEvidence').implement({
  description: 'Words that prove a fact.',
  fields: (t) => ({
    quote: t.exposeString('quote', { description: 'The words that prove it.' }),
    text: t.exposeString('text', { description: 'The whole message.' }),
    conversationId: t.exposeString('conversation', {
      description: "The caller's own id of the conversation.",
    }),
    at: t.field({
      type: 'DateTime',
      description: 'When they were said.',
      resolve: ({ at }) => new Date(at),
    }),
  }),
});

export const FactRef = builder.objectRef<Fact>('Fact');

builder.node(FactRef, {
  description: 'Something learned about a person.',
  id: { resolve: (fact) => fact.id },
  loadOne: async (id, { prisma, caller }) =>
    caller.scopes.has('read') ? findFact(prisma, caller.projectId, Number(id) || 0) : null,
  fields: (t) => ({
    category: t.expose('category', { type: CategoryEnum, description: 'What it is about.' }),
    type: t.exposeString('type', {
      description: 'Kind within its category, for example topic_interest or home.',
    }),
    key: t.exposeString('key', {
      description: 'Facts of a person with the same key are about the same thing; at most one of them holds.',
    }),
    value: t.exposeString('value', { description: 'In words that complete "The user …".' }),
    polarity: t.expose('polarity', {
      type: PolarityEnum,
      description: 'Whether it is so, or said not to be.',
    }),
    tense: t.expose('tense', { type: TenseEnum, description: 'Whether it is so now.' }),
    confidence: t.field({ type: ConfidenceEnum, description: 'How sure it is.', resolve: confidenceOf }),
    isStated: t.exposeBoolean('isStated', {
      description: 'Whether the person said so outright; otherwise it was inferred.',
    }),
    isConfirmed: t.exposeBoolean('isConfirmed', {
      description: 'Whether somebody of ours said that it is so.',
    }),
    evidenceCount: t.exposeInt('evidence', { description: 'Number of messages that prove it.' }),
    evidence: t.field({
      type: [ProofRef],
      description: 'The newest messages that prove it; none for habits, which come from counting.',
      authScopes: { read: true },
      args: {
        limit: t.arg.int({ required: true, defaultValue: 10, description: 'At most so many, 1 to 100.' }),
      },
      resolve: ({ id }, { limit }, { prisma, caller }) =>
        listProofs(prisma, caller.projectId, id, inRange('limit', limit, 100)),
    }),
    history: t.field({
      type: [FactRef],
      description: 'What was known under its key before, newest first.',
      authScopes: { read: true },
      resolve: (fact, _arguments, { prisma, caller }) => factHistory(prisma, caller.projectId, fact),
    }),
    firstSaidAt: t.field({
      type: 'DateTime',
      description: 'When it was said first.',
      resolve: ({ firstSaidAt }) => new Date(firstSaidAt),
    }),
    lastSaidAt: t.field({
      type: 'DateTime',
      description: 'When it was said last.',
      resolve: ({ lastSaidAt }) => new Date(lastSaidAt),
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ceased to hold; null while it holds.',
      resolve: ({ endedAt }) => endedAt && new Date(endedAt),
    }),
    ending: t.expose('ending', { type: EndingEnum, nullable: true, description: 'Why it holds no more.' }),
  }),
});

/** A number within 1 and `most`; throws an InvalidInputError otherwise. */
export function inRange(field: string, value: number, most: number): number {
  if (value >= 1 && value <= most) return value;
  throw new InvalidInputError(field, `${field} must be from 1 to ${most}; it is ${value}.`);
}

const ChangeEnum = builder.enumType('FactChangeKind', {
  description: 'A step in the life of a fact.',
  values: {
    LEARNED: { description: 'It is new.' },
    STRENGTHENED: { description: 'One more message proves it.' },
    SUPERSEDED: { description: 'Something else took its place.' },
    CONFIRMED: { description: 'Somebody of ours said that it is so.' },
    CORRECTED: { description: 'Somebody of ours put it in other words.' },
    FORGOTTEN: { description: 'Somebody had it forgotten.' },
  } satisfies Record<(typeof changes)[number], object>,
});
export const FactChangeRef = builder.objectRef<FactChange>('FactChange').implement({
  description: 'What happened to a fact.',
  fields: (t) => ({
    change: t.expose('change', { type: ChangeEnum, description: 'What happened.' }),
    fact: t.expose('fact', { type: FactRef, description: 'The fact afterwards.' }),
  }),
});

const FactPayload = builder.objectRef<{ fact: Fact }>('FactPayload').implement({
  description: 'The fact after the change.',
  fields: (t) => ({ fact: t.expose('fact', { type: FactRef, description: 'As it is now.' }) }),
});

const idOfFact = { for: FactRef, required: true as const, description: 'Global id of the fact.' };
const refusals = { types: [InvalidInputError, NotFoundError] };

const FactInput = builder.inputType('FactInput', {
  description: 'Which fact.',
  fields: (t) => ({ factId: t.globalID(idOfFact) }),
});
const CorrectFactInput = builder.inputType('CorrectFactInput', {
  description: 'Which fact, and how it should read.',
  fields: (t) => ({
    factId: t.globalID(idOfFact),
    value: t.string({
      required: true,
      description: 'In words that complete "The user …", at most 500 characters.',
    }),
  }),
});

builder.mutationField('confirmFact', (t) =>
  t.field({
    type: FactPayload,
    description: 'Says that a fact is so: it is sure from now on. Asks for the scope operate.',
    authScopes: { operate: true },
    args: { input: t.arg({ type: FactInput, required: true, description: 'Which one.' }) },
    errors: { ...refusals, union: { name: 'ConfirmFactResult', description: 'The fact, or a refusal.' } },
    async resolve(_root, { input }, context, info) {
      const [answer] = await write(context, info, [{ kind: 'confirmFact', factId: idIn(input.factId.id) }]);
      return { fact: answer!.facts.at(-1)!.fact };
    },
  }),
);

builder.mutationField('correctFact', (t) =>
  t.field({
    type: FactPayload,
    description:
      'Puts a fact in other words; what it said before stays in its history. Asks for the scope operate.',
    authScopes: { operate: true },
    args: { input: t.arg({ type: CorrectFactInput, required: true, description: 'Which one, and how.' }) },
    errors: { ...refusals, union: { name: 'CorrectFactResult', description: 'The fact, or a refusal.' } },
    async resolve(_root, { input }, context, info) {
      const command = {
        kind: 'correctFact',
        factId: idIn(input.factId.id),
        value: parseInput(factValue, input.value, 'input.value'),
      } as const;
      const [answer] = await write(context, info, [command]);
      return { fact: answer!.facts.at(-1)!.fact };
    },
  }),
);

builder.mutationField('forgetFact', (t) =>
  t.field({
    type: FactPayload,
    description: 'Forgets one fact: its words and proofs are gone. Asks for the scope operate.',
    authScopes: { operate: true },
    args: { input: t.arg({ type: FactInput, required: true, description: 'Which one.' }) },
    errors: { ...refusals, union: { name: 'ForgetFactResult', description: 'The fact, or a refusal.' } },
    async resolve(_root, { input }, context, info) {
      const [answer] = await write(context, info, [{ kind: 'forgetFact', factId: idIn(input.factId.id) }]);
      return { fact: answer!.facts.at(-1)!.fact };
    },
  }),
);

/** The id of a fact; one that no fact can have is nobody's. */
function idIn(id: string): number {
  return /^\d{1,9}$/u.test(id) ? Number(id) : 0;
}

const factValue = text
  .transform((value) => value.trim())
  .refine((value) => value.length >= 1 && value.length <= 500, 'must have 1 to 500 characters');
