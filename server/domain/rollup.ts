import type { Decimal } from 'decimal.js';
import type { Conversation } from './conversation.ts';
import type { Cost } from './cost.ts';
import type { Feedback } from './feedback.ts';
import { binOf } from './histogram.ts';
import type { Message } from './message.ts';
import { Exact, ZERO } from './pricing/decimal.ts';
import {
  tallyOfCost,
  tallyOfFeedback,
  tallyOfTurn,
  type CountName,
  type Part,
  type SumName,
  type Tally,
} from './tally.ts';
import { serviceNames, stagesOf, type Service, type Setting, type Turn } from './turn.ts';

/** By what roll-ups tell apart; ALL does not. */
export const dimensions = [
  'ALL',
  'SERVICE',
  'PROVIDER',
  'MODEL',
  'PLATFORM',
  'LANGUAGE',
  'OPTIMIZATION_LEVEL',
  'PROMPT',
  'CATEGORY',
] as const;
export type Dimension = (typeof dimensions)[number];

/** What one thing adds to one roll-up, or takes from it. */
export type Contribution = {
  /** When it happened, ISO. */
  at: string;
  dimension: Dimension;
  /** Empty where it is not stated. */
  value: string;
  tally: Tally;
  sign: 1 | -1;
};

/**
 * How long roll-ups are, in minutes: a quarter is the shortest stretch that begins and ends every local hour and
 * day, in every zone; hours and days of UTC are for reading long times quickly.
 */
export const spans = [15, 60, 1440] as const;
export type Span = (typeof spans)[number];

/** The beginning of the span that a moment lies in, ISO. */
export function slotOf(at: string, span: Span): string {
  const length = span * 60_000;
  return new Date(Math.floor(Date.parse(at) / length) * length).toISOString();
}

const aMessage: Tally = { counts: { messages: 1 }, sums: {}, times: {} };

type Place = readonly [Dimension, string | null];

const ofSetting = ({ platform, languageCode, optimizationLevel }: Setting): Place[] => [
  ['ALL', null],
  ['PLATFORM', platform],
  ['LANGUAGE', languageCode],
  ['OPTIMIZATION_LEVEL', optimizationLevel],
];

const contribute = (at: string, places: Place[], tally: Tally, sign: 1 | -1): Contribution[] =>
  places.map(([dimension, value]) => ({ at, dimension, value: value ?? '', tally, sign }));

/** What a turn adds. It counts under the model that answered; each other service is timed under its own. */
export function contributionsOfTurn(turn: Turn, sign: 1 | -1): Contribution[] {
  if (turn.setting === null) return [];
  const tally = tallyOfTurn(turn);
  const { total, llm, ...others } = tally.times;
  const answered: Tally = {
    ...tally,
    times: { ...(total !== undefined && { total }), ...(llm !== undefined && { llm }) },
  };
  const named = (dimension: 'PROVIDER' | 'MODEL', name: 'provider' | 'model'): Contribution[] => {
    const of = (service: Service): Place[] => [
      [dimension, stagesOf(turn, service).find((stage) => stage[name] !== undefined)?.[name] ?? null],
    ];
    return [
      ...contribute(turn.at, of('llm'), answered, sign),
      ...serviceNames
        .filter((service) => service in others)
        .flatMap((service) => {
          const times = { [service]: tally.times[service] };
          return contribute(turn.at, of(service), { counts: {}, sums: {}, times }, sign);
        }),
    ];
  };
  return [
    ...contribute(turn.at, ofSetting(turn.setting), tally, sign),
    ...named('PROVIDER', 'provider'),
    ...named('MODEL', 'model'),
  ];
}

export function contributionsOfCost(cost: Cost, sign: 1 | -1): Contribution[] {
  if (cost.setting === null) return [];
  const places: Place[] = [
    ...ofSetting(cost.setting),
    ['SERVICE', cost.service],
    ['PROVIDER', cost.provider],
    ['MODEL', cost.model],
  ];
  return contribute(cost.at, places, tallyOfCost(cost), sign);
}

export function contributionsOfFeedback(feedback: Feedback, sign: 1 | -1): Contribution[] {
  if (feedback.setting === null) return [];
  const places: Place[] = [
    ...ofSetting(feedback.setting),
    ['MODEL', feedback.model],
    ['PROMPT', feedback.promptName],
    ['CATEGORY', feedback.category],
  ];
  return contribute(feedback.createdAt, places, tallyOfFeedback(feedback), sign);
}

/** What messages add. */
export function contributionsOfMessages(messages: Message[], platform: string, sign: 1 | -1): Contribution[] {
  const places: Place[] = [
    ['ALL', null],
    ['PLATFORM', platform],
  ];
  return messages.flatMap(({ at }) => contribute(at, places, aMessage, sign));
}

/** What happens to a conversation as a whole adds. */
export const contributionsOfConversation = (
  { platform }: Conversation,
  at: string,
  counts: Tally['counts'],
  times: Tally['times'] = {},
): Contribution[] =>
  contribute(
    at,
    [
      ['ALL', null],
      ['PLATFORM', platform],
    ],
    { counts, sums: {}, times },
    1,
  );

/** What contributions to one roll-up add up to. */
export type Change = Pick<Contribution, 'dimension' | 'value'> & {
  span: Span;
  slot: string;
  counts: Map<CountName, number>;
  /** USD, exact. */
  sums: Map<SumName, Decimal>;
  times: Map<Part, Spread>;
};
/** Times in ms: their sum, their number, and how many fell into each bin. */
type Spread = { sum: Decimal; count: number; bins: Map<number, number> };

/** Adds contributions up, one change for each roll-up that they are counted in. */
export function addUp(contributions: Contribution[]): Change[] {
  const quarters = new Map<string, Change>();
  const slots = new Map<string, string>();
  const amounts = new Map<string, Decimal>();
  for (const { at, dimension, value, tally, sign } of contributions) {
    const slot = slots.get(at) ?? slotOf(at, 15);
    slots.set(at, slot);
    const into = changeAt(quarters, { span: 15, slot, dimension, value });
    for (const name of Object.keys(tally.counts) as CountName[]) {
      raise(into.counts, name, sign * tally.counts[name]!);
    }
    for (const name of Object.keys(tally.sums) as SumName[]) {
      const amount = amounts.get(tally.sums[name]!) ?? new Exact(tally.sums[name]!);
      amounts.set(tally.sums[name]!, amount);
      raiseExactly(into.sums, name, sign === 1 ? amount : amount.negated());
    }
    for (const part of Object.keys(tally.times) as Part[]) {
      const ms = tally.times[part]!;
      spreadInto(into.times, part, new Exact(ms).times(sign), sign, [[binOf(ms), sign]]);
    }
  }
  const longer = new Map<string, Change>();
  for (const change of quarters.values()) for (const span of [60, 1440] as const) addTo(longer, change, span);
  return [...quarters.values(), ...longer.values()];
}

/** Adds what a quarter of an hour changes to the hour, or to the day, that it lies in. */
function addTo(changes: Map<string, Change>, change: Change, span: Span): void {
  const { dimension, value, counts, sums, times } = change;
  const into = changeAt(changes, { span, slot: slotOf(change.slot, span), dimension, value });
  for (const [name, count] of counts) raise(into.counts, name, count);
  for (const [name, sum] of sums) raiseExactly(into.sums, name, sum);
  for (const [part, { sum, count, bins }] of times) spreadInto(into.times, part, sum, count, bins);
}

function changeAt(
  changes: Map<string, Change>,
  place: Pick<Change, 'span' | 'slot' | 'dimension' | 'value'>,
): Change {
  const key = `${place.span} ${place.slot} ${place.dimension} ${place.value}`;
  const change = changes.get(key) ?? { ...place, counts: new Map(), sums: new Map(), times: new Map() };
  changes.set(key, change);
  return change;
}

const raise = <Key>(counts: Map<Key, number>, key: Key, by: number): void =>
  void counts.set(key, (counts.get(key) ?? 0) + by);

const raiseExactly = <Key>(sums: Map<Key, Decimal>, key: Key, by: Decimal): void =>
  void sums.set(key, sums.get(key)?.plus(by) ?? by);

function spreadInto(
  times: Change['times'],
  part: Part,
  sum: Decimal,
  count: number,
  bins: Iterable<readonly [number, number]>,
): void {
  const into = times.get(part) ?? { sum: ZERO, count: 0, bins: new Map<number, number>() };
  into.sum = into.sum.plus(sum);
  into.count += count;
  for (const [bin, turns] of bins) raise(into.bins, bin, turns);
  times.set(part, into);
}
