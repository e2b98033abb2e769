import { lessonsOf } from '../server/domain/learning/lessons.ts';
import { sentimentOf } from '../server/domain/learning/sentiment.ts';
import { corpus, heldOut } from '../test/learning/corpus.ts';
import { type Score, scoreOf } from '../test/learning/score.ts';
import { format, formatTable, formatVerdicts, median, type Verdict } from './report.ts';

/*
 * How well lessons are learned from the labelled messages, and how much CPU time one message takes.
 *
 *   node --import tsx bench/learning.ts
 */

const LENGTH = 200;
const ROUNDS = 400;

/** Messages of 200 characters, put together from the corpus as they come. */
function longMessages(): string[] {
  const messages: string[] = [];
  let text = '';
  for (const message of corpus) {
    if (/[`{}\n<>]/u.test(message.text)) continue;
    text += `${text === '' ? '' : '. '}${message.text}`;
    if (text.length < LENGTH) continue;
    messages.push(text.slice(0, LENGTH));
    text = '';
  }
  return messages;
}

/** Microseconds of CPU that one message takes: the median of many rounds over all of them. */
function microseconds(read: (text: string) => unknown, messages: string[]): number {
  const spent: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (const message of messages) read(message);
    const { user, system } = process.cpuUsage(before);
    if (round >= ROUNDS / 4) spent.push((user + system) / messages.length);
  }
  return median(spent);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const row = (name: string, { messages, precision, recall, falsePerHundred }: Score): string[] => [
  name,
  format(messages),
  percent(precision),
  percent(recall),
  falsePerHundred.toFixed(2),
];

const whole = scoreOf(corpus);
const aside = scoreOf(heldOut);
console.log(
  formatTable(
    ['messages', 'count', 'precision', 'recall', 'false facts per 100 empty'],
    [row('whole', whole), row('held out', aside)],
  ),
);

const messages = longMessages();
const lessons = microseconds(lessonsOf, messages);
const sentiment = microseconds(sentimentOf, messages);
const both = microseconds((text) => [lessonsOf(text), sentimentOf(text)], messages);

const within = (claim: string, measured: number, target: number): Verdict => ({
  claim,
  target: `≤ ${target} µs`,
  measured: `${format(measured)} µs`,
  isMet: measured <= target,
});

console.log(
  `\n${formatVerdicts([
    {
      claim: 'precision',
      target: '≥ 95 %',
      measured: percent(whole.precision),
      isMet: whole.precision >= 0.95,
    },
    { claim: 'recall', target: '≥ 75 %', measured: percent(whole.recall), isMet: whole.recall >= 0.75 },
    {
      claim: 'false facts per 100 messages that teach nothing',
      target: '≤ 2',
      measured: whole.falsePerHundred.toFixed(2),
      isMet: whole.falsePerHundred <= 2,
    },
    within(`lessons of a message of ${LENGTH} characters, CPU`, lessons, 110),
    within('its sentiment', sentiment, 20),
    within('both', both, 150),
  ])}`,
);
