import { binOf } from '../../server/domain/histogram.ts';
import type { StageName } from '../../server/domain/turn.ts';
import {
  isoAt,
  LISTED,
  platformOf,
  TOKEN,
  type Batch,
  type CostDeed,
  type RatingDeed,
  type TurnDeed,
} from './history.ts';

/** Figures by "dimension slot value", times by "dimension slot value part"; money in 1e-7 USD, times in tenths of ms. */
export type Ledger = {
  figures: Record<string, Record<string, number>>;
  times: Record<string, { turns: number; tenths: number; bins: Record<string, number> }>;
};

/** What is counted once all is said: the last word on each thing, when it was, and what held then. */
type Kept<T> = { it: T; minutes: number; level: string | null; language: string | null };

/** Counts a history by hand: keeps the last of everything that can be replaced, then adds up what is left. */
export function count(history: Batch[]): Ledger {
  const turns = new Map<string, Kept<TurnDeed>>();
  const costs: Kept<CostDeed>[] = [];
  const ratings = new Map<string, Kept<RatingDeed> & { model: string | null }>();
  const messages: { session: string; minutes: number }[] = [];
  const exchanges = new Map<string, { minutes: number; tokens: number; model: string }>();
  const levels = new Map<string, string>();
  const languages = new Map<string, string>();
  let now = 0;
  for (const { minutes, deeds } of history) {
    now += minutes;
    for (const it of deeds) {
      const held = { level: levels.get(it.session) ?? null, language: languages.get(it.session) ?? null };
      const level = 'level' in it ? (it.level ?? held.level) : held.level;
      const language = it.kind === 'turn' ? (it.language ?? held.language) : held.language;
      if (level !== null) levels.set(it.session, level);
      if (language !== null) languages.set(it.session, language);
      if (it.kind === 'turn') {
        const key = `${it.session} ${it.id}`;
        turns.set(key, { it, minutes: it.at ?? turns.get(key)?.minutes ?? now, level, language });
      } else if (it.kind === 'cost') {
        costs.push({ it, minutes: it.at ?? now, level, language });
      } else if (it.kind === 'rating') {
        const key = it.id === null ? `#${ratings.size}` : `${it.session} ${it.id}`;
        const rated = it.turn === null ? undefined : turns.get(`${it.session} ${it.turn}`);
        const model = rated === undefined ? null : nameAmong(rated.it, services.llm, 'model');
        ratings.set(key, { it, minutes: ratings.get(key)?.minutes ?? now, level, language, model });
      } else if (it.kind === 'message') {
        messages.push({ session: it.session, minutes: it.at ?? now });
      } else {
        const before = exchanges.get(it.session);
        if (before === undefined) {
          messages.push({ session: it.session, minutes: now }, { session: it.session, minutes: now });
        }
        exchanges.set(it.session, { minutes: before?.minutes ?? now, tokens: it.tokens, model: it.model });
      }
    }
  }
  const book = new Book();
  for (const kept of turns.values()) countTurn(book, kept);
  for (const kept of costs) {
    const { it } = kept;
    book.at(kept, it.session, { SERVICE: it.service, PROVIDER: it.provider, MODEL: it.model });
    countMoney(book, it.money, it.listed ? LISTED : null, it.cached);
  }
  for (const [session, { minutes, tokens, model }] of exchanges) {
    const kept = { minutes, level: null, language: null };
    book.at(kept, session, { SERVICE: 'llm', PROVIDER: null, MODEL: model });
    countMoney(book, null, model === 'gpt-4o' ? tokens * TOKEN : null, false);
  }
  for (const kept of ratings.values()) {
    const { it } = kept;
    book.at(kept, it.session, { MODEL: kept.model, PROMPT: null, CATEGORY: it.category });
    const stars = ['oneStar', 'twoStars', 'threeStars', 'fourStars', 'fiveStars'];
    book.add(it.stars ? stars[it.rating - 1]! : it.rating === 1 ? 'thumbsUp' : 'thumbsDown', 1);
    const flags = ['incorrect', 'tooSlow', 'unhelpful', 'offensive'];
    for (const [index, name] of flags.entries()) if (it.flags[index]) book.add(name, 1);
  }
  for (const { session, minutes } of messages) {
    book.places = [`ALL ${slotOf(minutes)} `, `PLATFORM ${slotOf(minutes)} ${platformOf(session)}`];
    book.add('messages', 1);
  }
  return book.ledger;
}

const services: Record<'asr' | 'llm' | 'translation' | 'tts', StageName[]> = {
  asr: ['ASR'],
  llm: ['LLM_FIRST_TOKEN', 'LLM'],
  translation: ['TRANSLATION'],
  tts: ['TTS_FIRST_BYTE', 'TTS'],
};

/** The quarter of an hour that a minute lies in. */
const slotOf = (minutes: number): string => isoAt(Math.floor(minutes / 15) * 15);

const nameAmong = (turn: TurnDeed, of: StageName[], part: 'provider' | 'model'): string | null =>
  turn.stages.filter(({ name }) => of.includes(name)).find((it) => it[part] !== null)?.[part] ?? null;

function countTurn(book: Book, kept: Kept<TurnDeed>): void {
  const { it } = kept;
  const under = (of: StageName[]) => ({
    PROVIDER: nameAmong(it, of, 'provider'),
    MODEL: nameAmong(it, of, 'model'),
  });
  book.at(kept, it.session, under(services.llm));
  book.add({ SUCCEEDED: 'succeeded', FAILED: 'failed', INTERRUPTED: 'interrupted' }[it.outcome], 1);
  if (it.llmHit !== null) book.add(it.llmHit ? 'llmCacheHits' : 'llmCacheMisses', 1);
  if (it.ttsHit !== null) book.add(it.ttsHit ? 'ttsCacheHits' : 'ttsCacheMisses', 1);
  book.add('guardrailViolations', it.violations);
  book.add('guardrailBlocks', it.blocks);
  if (it.total !== null) book.time('total', Math.round(it.total * 10));
  for (const [service, of] of Object.entries(services)) {
    const worked = it.stages.filter(({ name }) => of.includes(name));
    if (worked.length === 0) continue;
    book.at(kept, it.session, under(of));
    book.time(service, Math.round(worked.reduce((sum, { ms }) => sum + ms * 10, 0)));
  }
}

function countMoney(book: Book, stated: number | null, listed: number | null, cached: boolean): void {
  const money = stated ?? listed;
  if (money === null) return book.add('unpricedCosts', 1);
  book.add('pricedCosts', 1);
  book.add('usd', money);
  if (cached) book.add('cachedUsd', money);
  if (listed === null || listed === money) return;
  book.add('differingCosts', 1);
  book.add('statedUsd', money);
  book.add('tableUsd', listed);
}

/** A ledger, and the places in it that something is written to. */
class Book {
  readonly ledger: Ledger = { figures: {}, times: {} };
  places: string[] = [];

  at(
    { minutes, level, language }: Omit<Kept<unknown>, 'it'>,
    session: string,
    more: Record<string, string | null>,
  ): void {
    const named = { ALL: '', PLATFORM: platformOf(session), LANGUAGE: language, OPTIMIZATION_LEVEL: level };
    this.places = Object.entries({ ...named, ...more }).map(
      ([dimension, value]) => `${dimension} ${slotOf(minutes)} ${value ?? ''}`,
    );
  }

  add(name: string, amount: number): void {
    if (amount === 0) return;
    for (const place of this.places) {
      const figures = (this.ledger.figures[place] ??= {});
      figures[name] = (figures[name] ?? 0) + amount;
    }
  }

  time(part: string, tenths: number): void {
    for (const place of this.places) {
      const times = (this.ledger.times[`${place} ${part}`] ??= { turns: 0, tenths: 0, bins: {} });
      const bin = String(binOf(tenths / 10));
      times.turns += 1;
      times.tenths += tenths;
      times.bins[bin] = (times.bins[bin] ?? 0) + 1;
    }
  }
}
