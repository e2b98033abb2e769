import type {
  AlertConditionInput,
  AlertKind,
  AlertRuleFormFragment,
} from '../../generated/client/graphql.ts';
import { STAGE } from './stages.ts';

export type AlertRule = AlertRuleFormFragment;
type Name = Exclude<keyof AlertConditionInput, 'kind'>;

/** Why a rule was refused, and at which field; a path from the input, or empty. */
export interface Refusal {
  readonly field: string;
  readonly message: string;
}

/** A field of a condition, as a form asks for it. */
export interface AlertField {
  readonly name: Name;
  readonly label: string;
  /** What a number is in, and how it is asked for. */
  readonly type: 'whole' | 'number' | 'decimal' | 'text' | 'words' | 'choice';
  /** What the field holds at first. */
  readonly start: string;
  readonly hint?: string;
  readonly choices?: Readonly<Record<string, string>>;
}

const windowMinutes: AlertField = {
  name: 'windowMinutes',
  label: 'Within the last … minutes',
  type: 'whole',
  start: '60',
};
const thresholdUsd: AlertField = {
  name: 'thresholdUsd',
  label: 'Costs reach, in USD',
  type: 'decimal',
  start: '1.00',
};
const minTurns: AlertField = {
  name: 'minTurns',
  label: 'Only with at least … turns',
  type: 'whole',
  start: '20',
};
const stages: Readonly<Record<string, string>> = { '': 'the whole turn', ...STAGE };

/** What can be watched for, and what has to be said about it. */
export const ALERT_KINDS: Readonly<
  Record<AlertKind, { readonly label: string; readonly fields: readonly AlertField[] }>
> = {
  SESSION_COST: { label: 'A session costs too much', fields: [thresholdUsd, windowMinutes] },
  USER_COST: { label: 'A person costs too much', fields: [thresholdUsd, windowMinutes] },
  PROJECT_COST: { label: 'The project costs too much', fields: [thresholdUsd, windowMinutes] },
  STAGE_LATENCY: {
    label: 'Answers take too long',
    fields: [
      { name: 'stage', label: 'What takes long', type: 'choice', start: '', choices: stages },
      { name: 'thresholdMs', label: 'It takes, in ms', type: 'number', start: '2000' },
      {
        name: 'percentile',
        label: 'Percentile of turns',
        type: 'number',
        start: '95',
        hint: 'Empty looks at each turn alone; then leave the next two empty as well.',
      },
      { ...windowMinutes, start: '15', hint: '1 to 60' },
      minTurns,
    ],
  },
  NEGATIVE_RUN: {
    label: 'Somebody sounds unhappy',
    fields: [
      { name: 'messages', label: 'Messages in a row', type: 'whole', start: '3' },
      {
        name: 'below',
        label: 'Each sounds worse than',
        type: 'number',
        start: '-0.3',
        hint: 'From -1, the worst, to 1',
      },
    ],
  },
  WAITING: {
    label: 'Somebody waits for a person',
    fields: [{ name: 'seconds', label: 'For … seconds', type: 'whole', start: '120' }],
  },
  FAILURE_RATE: {
    label: 'Turns fail',
    fields: [
      { name: 'share', label: 'Share of turns', type: 'number', start: '0.1', hint: '0.1 is every tenth' },
      { ...windowMinutes, start: '15' },
      minTurns,
    ],
  },
  BLOCK_RATE: {
    label: 'Guardrails block',
    fields: [
      {
        name: 'share',
        label: 'Blocks for each turn',
        type: 'number',
        start: '0.1',
        hint: '0.1 is once in ten turns',
      },
      { ...windowMinutes, start: '15' },
      minTurns,
    ],
  },
  THUMBS_DOWN: {
    label: 'Thumbs go down',
    fields: [{ name: 'count', label: 'So many', type: 'whole', start: '3' }, windowMinutes],
  },
  WORDS: {
    label: 'Words are said',
    fields: [
      { name: 'words', label: 'Words or phrases, one a line', type: 'words', start: '' },
      { name: 'pattern', label: 'Or a pattern', type: 'text', start: '', hint: 'In the syntax of RE2' },
      {
        name: 'sender',
        label: 'Who says them',
        type: 'choice',
        start: 'USER',
        choices: { '': 'anybody', USER: 'the user', BOT: 'the bot', HUMAN: 'a person of ours' },
      },
    ],
  },
};

/** What a field of a rule holds, as text. */
export function fieldText(field: AlertField, condition: AlertRule['condition'] | null): string {
  if (condition === null) return field.start;
  const value = condition[field.name];
  return Array.isArray(value) ? value.join('\n') : String(value ?? '');
}

/** What a text stands for; undefined when nothing was said. A number that is none is left for the server to refuse. */
function fieldValue({ type }: AlertField, given: string): string | number | string[] | undefined {
  const text = given.trim();
  if (type === 'words')
    return text === ''
      ? undefined
      : text
          .split('\n')
          .map((it) => it.trim())
          .filter(Boolean);
  if (text === '') return undefined;
  return type === 'whole' || type === 'number' ? Number(text) : text;
}

/** The first field whose text stands for no number that can be sent; null when all do. */
export function unfit(kind: AlertKind, texts: ReadonlyMap<string, string>): Refusal | null {
  const wrong = ALERT_KINDS[kind].fields.find((field) => {
    const value = fieldValue(field, texts.get(field.name) ?? '');
    return field.type === 'whole' && typeof value === 'number' && !isWhole(value);
  });
  return wrong ? { field: wrong.name, message: 'must be a whole number of at most nine digits.' } : null;
}

/** More digits do not fit a whole number of GraphQL. */
const isWhole = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 1e9;

/** The condition that a form holds. */
export function conditionOf(kind: AlertKind, texts: ReadonlyMap<string, string>): AlertConditionInput {
  const values = ALERT_KINDS[kind].fields.map((field) => [
    field.name,
    fieldValue(field, texts.get(field.name) ?? ''),
  ]);
  return { kind, ...(Object.fromEntries(values.filter(([, value]) => value !== undefined)) as object) };
}

/** What a rule watches for, in few words. */
export function conditionWords({ condition, platform }: AlertRule): string {
  const { windowMinutes: minutes, thresholdMs, percentile, words, pattern } = condition;
  const within = minutes === null ? '' : ` in ${minutes} min`;
  const on = platform === null ? '' : `, on ${platform}`;
  const what = (): string => {
    switch (condition.kind) {
      case 'SESSION_COST':
        return `A session costs $${condition.thresholdUsd}${within}`;
      case 'USER_COST':
        return `A person costs $${condition.thresholdUsd}${within}`;
      case 'PROJECT_COST':
        return `The project costs $${condition.thresholdUsd}${within}`;
      case 'STAGE_LATENCY': {
        const stage = stages[condition.stage ?? ''];
        const how = percentile === null ? 'in a turn' : `at percentile ${percentile}${within}`;
        return `${stage}: ${thresholdMs} ms ${how}`;
      }
      case 'NEGATIVE_RUN':
        return `${condition.messages} messages in a row sound worse than ${condition.below}`;
      case 'WAITING':
        return `Somebody waits ${condition.seconds} s for a person`;
      case 'FAILURE_RATE':
        return `${Number(((condition.share ?? 0) * 100).toFixed(2))} % of turns fail${within}`;
      case 'BLOCK_RATE':
        return `${condition.share} blocks for each turn${within}`;
      case 'THUMBS_DOWN':
        return `${condition.count} thumbs down${within}`;
      case 'WORDS':
        return `Said: ${[...(words ?? []), ...(pattern ? [`/${pattern}/`] : [])].join(', ')}`;
    }
  };
  return what() + on;
}
