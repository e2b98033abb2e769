import type { Cost } from './cost.ts';
import type { Feedback } from './feedback.ts';
import type { Message } from './message.ts';
import { zero, type Amount } from './money.ts';
import {
  addTime,
  change,
  noTimes,
  tallyOfCost,
  tallyOfFeedback,
  tallyOfMessages,
  tallyOfTurn,
  type CountName,
  type Part,
  type SumName,
  type Tally,
  type Times,
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
  /** The quarter of an hour in which it happened, ISO. */
  slot: string;
  dimension: Dimension;
  /** Empty where it is not stated. */
  value: string;
  tally: Tally;
  sign: 1 | -1;
};

/** The shortest stretch of time that begins and ends every local hour and day, in every zone, in ms. */
const SLOT = 15 * 60 * 1000;

/** The quarter of an hour that a moment lies in. */
export const slotOf = (at: string): string =>
  new Date(Math.floor(Date.parse(at) / SLOT) * SLOT).toISOString();

type Place = readonly [Dimension, string | null];

const ofSetting = ({ platform, languageCode, optimizationLevel }: Setting): Place[] => [
  ['ALL', null],
  ['PLATFORM', platform],
  ['LANGUAGE', languageCode],
  ['OPTIMIZATION_LEVEL', optimizationLevel],
];

const contribute = (at: string, places: Place[], tally: Tally, sign: 1 | -1): Contribution[] =>
  places.map(([dimension, value]) => ({ slot: slotOf(at), dimension, value: value ?? '', tally, sign }));

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

/** What new messages add. */
export function contributionsOfMessages(messages: Message[], platform: string): Contribution[] {
  const slots = new Map<string, number>();
  for (const { at } of messages) slots.set(slotOf(at), (slots.get(slotOf(at)) ?? 0) + 1);
  const places: Place[] = [
    ['ALL', null],
    ['PLATFORM', platform],
  ];
  return [...slots].flatMap(([slot, count]) => contribute(slot, places, tallyOfMessages(count), 1));
}

/** What contributions to one roll-up add up to. */
export type Change = Pick<Contribution, 'slot' | 'dimension' | 'value'> & {
  counts: Tally['counts'];
  sums: Tally['sums'];
  times: Partial<Record<Part, Times>>;
};

/** Adds contributions up, one change for each roll-up. */
export function addUp(contributions: Contribution[]): Change[] {
  const changes = new Map<string, Change>();
  for (const { slot, dimension, value, tally, sign } of contributions) {
    const key = `${dimension} ${slot} ${value}`;
    const into = changes.get(key) ?? { slot, dimension, value, counts: {}, sums: {}, times: {} };
    changes.set(key, into);
    for (const [name, count] of Object.entries(tally.counts) as [CountName, number][]) {
      into.counts[name] = (into.counts[name] ?? 0) + sign * count;
    }
    for (const [name, sum] of Object.entries(tally.sums) as [SumName, Amount][]) {
      into.sums[name] = change(into.sums[name] ?? zero, sum, sign);
    }
    for (const [part, ms] of Object.entries(tally.times) as [Part, number][]) {
      into.times[part] = addTime(into.times[part] ?? noTimes, ms, sign);
    }
  }
  return [...changes.values()];
}
