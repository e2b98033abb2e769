import fc from 'fast-check';
import type { Command, NewCost, NewTurn } from '../../server/domain/command.ts';
import type { Outcome, StageName } from '../../server/domain/turn.ts';

/** What is recorded, as a test states it: moments are minutes since the beginning, money is in 1e-7 USD. */
export type Deed =
  | ({ kind: 'turn' } & TurnDeed)
  | ({ kind: 'cost' } & CostDeed)
  | ({ kind: 'rating' } & RatingDeed)
  | { kind: 'message'; session: string; sender: 'USER' | 'BOT' | 'SYSTEM'; at: number | null }
  | { kind: 'exchange'; session: string; tokens: number; model: string };
export type TurnDeed = {
  session: string;
  id: string;
  outcome: Outcome;
  stages: { name: StageName; ms: number; provider: string | null; model: string | null }[];
  total: number | null;
  llmHit: boolean | null;
  ttsHit: boolean | null;
  violations: number;
  blocks: number;
  level: string | null;
  language: string | null;
  at: number | null;
};
export type CostDeed = {
  session: string;
  service: string;
  provider: string | null;
  model: string | null;
  money: number | null;
  /** Priced by the table as 1,000 tokens of gpt-4o, which are 25,000e-7 USD. */
  listed: boolean;
  cached: boolean;
  level: string | null;
  at: number | null;
};
export type RatingDeed = {
  session: string;
  id: string | null;
  turn: string | null;
  stars: boolean;
  rating: number;
  category: string | null;
  flags: [incorrect: boolean, slow: boolean, unhelpful: boolean, offensive: boolean];
};

/** Deeds that are written together, so many minutes after the ones before. */
export type Batch = { minutes: number; deeds: Deed[]; isApart: boolean; hand: 0 | 1 };

export const BEGINNING = Date.UTC(2026, 2, 1);
export const LISTED = 25_000;
export const TOKEN = 25;
const MINUTE = 60_000;
export const isoAt = (minutes: number): string => new Date(BEGINNING + minutes * MINUTE).toISOString();

/** Where a session is held. */
export const platformOf = (session: string): string =>
  session.startsWith('x') ? 'polly' : session === 'a' ? 'api' : 'speech';

const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
const session = fc.constantFrom('a', 'b');
const name = (...names: string[]): fc.Arbitrary<string | null> => maybe(fc.constantFrom(...names));
// Late ones and early ones too, some on the edge of a quarter of an hour.
const at = maybe(fc.oneof(fc.integer({ min: -600, max: 600 }), fc.constantFrom(0, 15, 14.99, 29.999)));
const level = name('speed', 'quality');
const tenths = fc.integer({ min: 0, max: 100_000 }).map((it) => it / 10);

const stage = fc.record({
  name: fc.constantFrom<StageName>('ASR', 'LLM_FIRST_TOKEN', 'LLM', 'TRANSLATION', 'TTS', 'TOOL'),
  ms: tenths,
  provider: name('openai', 'sarvam'),
  model: name('gpt-4o', 'm1', '__proto__'),
});
const turn = fc.record({
  kind: fc.constant('turn' as const),
  session,
  id: fc.constantFrom('1', '2', '3'),
  outcome: fc.constantFrom<Outcome>('SUCCEEDED', 'FAILED', 'INTERRUPTED'),
  stages: fc.array(stage, { maxLength: 4 }),
  total: maybe(tenths),
  llmHit: maybe(fc.boolean()),
  ttsHit: maybe(fc.boolean()),
  violations: fc.nat(3),
  blocks: fc.nat(2),
  level,
  language: name('hi-IN', 'en-US'),
  at,
});
const cost = fc
  .record({
    kind: fc.constant('cost' as const),
    session,
    service: fc.constantFrom('llm', 'tts', '__proto__'),
    provider: name('openai', 'sarvam'),
    model: name('m1', 'm2'),
    money: maybe(fc.oneof(fc.nat(1_000_000), fc.constant(LISTED))),
    listed: fc.boolean(),
    cached: fc.boolean(),
    level,
    at,
  })
  .map((it) => (it.listed ? { ...it, provider: null, model: 'gpt-4o', service: 'llm' } : it));
const flag = fc.boolean();
const rating = fc
  .record({
    kind: fc.constant('rating' as const),
    session,
    id: name('r1', 'r2'),
    turn: name('1', '2', '9'),
    stars: fc.boolean(),
    rating: fc.integer({ min: 1, max: 5 }),
    category: name('quality', 'speed'),
    flags: fc.tuple(flag, flag, flag, flag),
  })
  .map((it) => (it.stars ? it : { ...it, rating: it.rating > 2 ? 1 : -1 }));
const message = fc.record({
  kind: fc.constant('message' as const),
  session,
  sender: fc.constantFrom('USER' as const, 'BOT' as const, 'SYSTEM' as const),
  at,
});
const exchange = fc.record({
  kind: fc.constant('exchange' as const),
  session: fc.constantFrom('x1', 'x2'),
  tokens: fc.integer({ min: 1, max: 4 }),
  model: fc.constantFrom('gpt-4o', 'nobody'),
});
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: turn },
  { weight: 2, arbitrary: cost },
  { weight: 2, arbitrary: rating },
  { weight: 1, arbitrary: message },
  { weight: 1, arbitrary: exchange },
);
const batch: fc.Arbitrary<Batch> = fc.record({
  minutes: fc.integer({ min: 0, max: 40 }),
  deeds: fc.array(deed, { minLength: 1, maxLength: 6 }),
  isApart: fc.boolean(),
  hand: fc.constantFrom(0, 1),
});
export const histories: fc.Arbitrary<Batch[]> = fc.array(batch, { minLength: 1, maxLength: 6 });

const moment = (minutes: number | null): string | null => (minutes === null ? null : isoAt(minutes));

/** A deed as a command. */
export function commandOf(it: Deed): Command {
  const about = { conversationId: it.session, origin: platformOf(it.session) };
  switch (it.kind) {
    case 'turn':
      return { kind: 'recordTurn', ...about, turn: turnOf(it) };
    case 'cost':
      return { kind: 'recordCost', ...about, cost: costOf(it) };
    case 'rating': {
      const [isIncorrect, isTooSlow, isUnhelpful, isOffensive] = it.flags;
      const words = { text: null, messageId: null, userInput: null, assistantResponse: null, metadata: {} };
      const said = { externalId: it.id, turnId: it.turn, rating: it.rating, category: it.category };
      const flags = { isIncorrect, isTooSlow, isUnhelpful, isOffensive };
      const feedback = { ...words, ...said, ...flags, ratingType: it.stars ? 'STARS' : 'THUMBS' } as const;
      return { kind: 'submitFeedback', ...about, feedback };
    }
    case 'message': {
      const said = { sender: it.sender, text: 'words', facts: {}, metadata: {} };
      return { kind: 'logMessage', ...about, ...said, ...(it.at !== null && { at: isoAt(it.at) }) };
    }
    case 'exchange': {
      const tokensUsed = { prompt_tokens: it.tokens, completion_tokens: 0 };
      const stated = { userMessage: 'hello', response: 'hi', tokensUsed, model: it.model };
      const extras = { side: 'reply', values: {} } as const;
      const { conversationId, origin: platform } = about;
      return { kind: 'logExchange', conversationId, call: 'whole', stated, extras, platform };
    }
  }
}

function turnOf(it: TurnDeed): NewTurn {
  const stages = it.stages.map(({ name: stageName, ms, provider, model }) => ({
    name: stageName,
    startMs: 0,
    durationMs: ms,
    ...(provider !== null && { provider }),
    ...(model !== null && { model }),
  }));
  return {
    externalId: it.id,
    outcome: it.outcome,
    stages,
    totalMs: it.total,
    llmCacheHit: it.llmHit,
    ttsCacheHit: it.ttsHit,
    guardrailViolations: it.violations,
    guardrailBlocks: it.blocks,
    optimizationLevel: it.level,
    languageCode: it.language,
    userInput: null,
    assistantResponse: null,
    error: null,
    at: moment(it.at),
    metadata: {},
  };
}

function costOf(it: CostDeed): NewCost {
  return {
    turnId: null,
    service: it.service,
    provider: it.provider,
    operation: null,
    model: it.model,
    units: it.listed ? '1000' : null,
    unitType: it.listed ? 'tokens' : null,
    usd: it.money === null ? null : plain(it.money),
    cached: it.cached,
    optimizationLevel: it.level,
    usage: null,
    statedAt: null,
    at: moment(it.at),
    metadata: {},
  };
}

/** So many 1e-7 USD as the shortest decimal. */
const plain = (money: number): string => {
  const digits = String(money).padStart(8, '0');
  return `${digits.slice(0, -7)}.${digits.slice(-7)}`.replace(/\.?0+$/u, '');
};
