import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Sentiment from 'sentiment';
import winkModel from 'wink-eng-lite-web-model';
import winkNlp, { type ItsFunction } from 'wink-nlp';
import { sentimentOf } from '../server/domain/learning/sentiment.ts';
import { format, formatTable, formatVerdicts, median, type Verdict } from './report.ts';

type Rated = { mean: number; text: string };
type Scorer = { name: string; score: (text: string) => number };
type Agreement = { pearson: number; f1: number };

const EARSHOT = 'earshot';
/** Pearson r with the human ratings that is promised for each data set. */
const correlationTargets = { tweets: 0.88, products: 0.62, movies: 0.47, editorials: 0.53 };
const MOST_MICROSECONDS = 20;
const MESSAGE_LENGTH = 200;
/** Closer to 0 than this is neutral, for scores and for ratings. */
const NEUTRAL = 0.05;
const ROUNDS = 31;
const ROUND_MICROSECONDS = 20_000;

/** What users say when they are pleased, when they are not, and when they just want something. */
const messages = [
  'I ordered a lamp two weeks ago and it still has not arrived. The tracking page is confusing, and nobody answers the phone! I really like your shop, but this is too slow. Can you please look into it? My order is 4711.',
  'Thank you so much, that was exactly what I needed :) The new version is AMAZING, everything loads quickly and the colours look great. One thing though: the menu on my phone is a bit small, could you make it bigger?',
  'Please book a table for four people on Friday evening at the place near the station, and send the address to my brother. We will arrive by train at half past six, so seven would be fine. Is there parking close by?',
  'What is the difference between the two plans? I read the page about prices, and as far as I can see the larger one has more storage and a longer history, but I do not know which of them includes the weekly report.',
].map((message) => message.slice(0, MESSAGE_LENGTH));

/** The libraries, each as its documentation tells to call it. */
function scorers(): Scorer[] {
  const { SentimentIntensityAnalyzer: analyzer } = createRequire(import.meta.url)('vader-sentiment') as {
    SentimentIntensityAnalyzer: { polarity_scores(text: string): { compound: number } };
  };
  const afinn = new Sentiment();
  const wink = winkNlp(winkModel, ['sbd', 'negation', 'sentiment']);
  const its: { sentiment: ItsFunction<number> } = wink.its;
  const byVader = (text: string): number => analyzer.polarity_scores(text).compound;
  const byAfinn = (text: string): number => Math.tanh(afinn.analyze(text).score / 5);
  const byWink = (text: string): number => Number(wink.readDoc(text).out(its.sentiment));
  return [
    { name: EARSHOT, score: sentimentOf },
    { name: 'vader-sentiment', score: byVader },
    { name: 'sentiment (AFINN)', score: byAfinn },
    { name: 'wink-nlp', score: byWink },
    { name: 'mean of the three', score: (text) => (byVader(text) + byAfinn(text) + byWink(text)) / 3 },
  ];
}

/** Lines of id, mean rating and text, divided by tabs. */
function readRated(file: string): Rated[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, mean, ...text] = line.split('\t');
      return { mean: Number(mean), text: text.join('\t') };
    })
    .filter(({ mean }) => Number.isFinite(mean));
}

function correlate(left: number[], right: number[]): number {
  const meanOf = (values: number[]): number => values.reduce((sum, it) => sum + it, 0) / values.length;
  const [leftMean, rightMean] = [meanOf(left), meanOf(right)];
  let [together, leftAlone, rightAlone] = [0, 0, 0];
  for (const [index, value] of left.entries()) {
    const other = right[index]! - rightMean;
    together += (value - leftMean) * other;
    leftAlone += (value - leftMean) ** 2;
    rightAlone += other ** 2;
  }
  return together / Math.sqrt(leftAlone * rightAlone);
}

/** −1, 0 or 1. */
const classOf = (score: number): number => (Math.abs(score) < NEUTRAL ? 0 : Math.sign(score));

/** F1 of the three classes, weighted by how many texts people put into each. */
function weightedF1(scores: number[], ratings: number[]): number {
  const guesses = scores.map(classOf);
  const truths = ratings.map(classOf);
  const count = (holds: (guess: number, truth: number) => boolean): number =>
    truths.filter((truth, index) => holds(guesses[index]!, truth)).length;
  const parts = [-1, 0, 1].map((label) => {
    const support = count((_, truth) => truth === label);
    const hits = count((guess, truth) => guess === label && truth === label);
    const guessed = count((guess) => guess === label);
    return support === 0 ? 0 : (support * 2 * hits) / (guessed + support);
  });
  return parts.reduce((sum, it) => sum + it, 0) / truths.length;
}

function compare({ score }: Scorer, rated: Rated[]): Agreement {
  const scores = rated.map(({ text }) => score(text));
  const ratings = rated.map(({ mean }) => mean);
  return { pearson: correlate(scores, ratings), f1: weightedF1(scores, ratings) };
}

const cpuMicroseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** CPU time of so many passes over the messages, for each message. */
function timeRound({ score }: Scorer, passes: number): number {
  const start = cpuMicroseconds();
  for (let pass = 0; pass < passes; pass += 1) for (const message of messages) score(message);
  return (cpuMicroseconds() - start) / (passes * messages.length);
}

/** Median µs of CPU for a message, after the engine has seen enough to compile. */
function costOf(scorer: Scorer): number {
  timeRound(scorer, 500);
  const passes = Math.max(1, Math.round(ROUND_MICROSECONDS / (timeRound(scorer, 50) * messages.length)));
  return median(Array.from({ length: ROUNDS }, () => timeRound(scorer, passes)));
}

function findFolder(): string {
  const { values } = parseArgs({ options: { data: { type: 'string' } } });
  const folder = resolve(values.data ?? join(import.meta.dirname, '../../shared/data/sentiment'));
  const missing = Object.keys(correlationTargets).filter((name) => !existsSync(join(folder, `${name}.tsv`)));
  if (missing.length === 0) return folder;
  console.error(
    `No rated texts at ${folder}: ${missing.join('.tsv, ')}.tsv not found. Name a folder by --data.`,
  );
  process.exit(1);
}

const folder = findFolder();
const all = scorers();
const verdicts: Verdict[] = [];

for (const [name, target] of Object.entries(correlationTargets)) {
  const rated = readRated(join(folder, `${name}.tsv`));
  const rows = all.map((scorer) => ({ scorer, ...compare(scorer, rated) }));
  console.log(`\n${name}, ${rated.length} texts`);
  console.log(
    formatTable(
      ['scorer', 'Pearson r', 'F1'],
      rows.map(({ scorer, pearson, f1 }) => [scorer.name, pearson.toFixed(3), f1.toFixed(3)]),
    ),
  );
  const own = rows.find(({ scorer }) => scorer.name === EARSHOT)!.pearson;
  verdicts.push({
    claim: `${name}: Pearson r with people`,
    target: `≥ ${target}`,
    measured: own.toFixed(3),
    isMet: own >= target,
  });
}

const costs = all.map((scorer) => ({ scorer, cost: costOf(scorer) }));
console.log(`\nCPU time of a message of ${MESSAGE_LENGTH} characters, median of ${ROUNDS} rounds`);
console.log(
  formatTable(
    ['scorer', 'µs'],
    costs.map(({ scorer, cost }) => [scorer.name, format(cost)]),
  ),
);
const ownCost = costs.find(({ scorer }) => scorer.name === EARSHOT)!.cost;
verdicts.push({
  claim: `CPU time of a message of ${MESSAGE_LENGTH} characters`,
  target: `≤ ${MOST_MICROSECONDS} µs`,
  measured: `${format(ownCost)} µs`,
  isMet: ownCost <= MOST_MICROSECONDS,
});
console.log(`\n${formatVerdicts(verdicts)}`);
