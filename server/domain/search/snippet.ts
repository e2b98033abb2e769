import type { Term } from './query.ts';

/** A piece of an excerpt; matches are what was looked for. */
export type SnippetPart = { text: string; isMatch: boolean };

/** A word of a text, where it stands, and how it is compared. */
type Word = { start: number; end: number; folded: string };

/** Signs that are words by themselves (the function search_fold of the migration `search` has the same ones). */
const sign = String.raw`[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3021-\u30fa\u30fc-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]`;
const wordPattern = new RegExp(String.raw`${sign}|(?:(?!${sign})[\p{L}\p{M}\p{N}])+`, 'gu');
/** So much of a text is found, and looked at. */
const LOOKED_AT = 50_000;
/** Length of an excerpt, and what of it may stand in front of the first match. */
const LENGTH = 240;
const BEFORE = 80;

const letters: Record<string, string> = { ß: 's', ø: 'o', ł: 'l', đ: 'd', ı: 'i', æ: 'a', œ: 'o' };

/** A word as it is looked for: small, and without accents. */
export const fold = (word: string): string =>
  word
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[ßøłđıæœ]/gu, (letter) => letters[letter]!);

const wordsOf = (text: string): Word[] =>
  [...text.matchAll(wordPattern)].map(({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
    folded: fold(word),
  }));

/**
 * The piece of a text with the first of what was looked for, in parts. `forms` are words of the text that have a stem
 * in common with what was looked for, folded.
 */
export function snippetOf(said: string, terms: Term[], forms: ReadonlySet<string>): SnippetPart[] {
  const text = said.slice(0, LOOKED_AT);
  const words = wordsOf(text);
  const wanted = terms
    .filter(({ isNegated }) => !isNegated)
    .map(({ said: term, isPhrase }) => ({ folded: wordsOf(term).map((it) => it.folded), isPhrase }));
  const marked = words.map(({ folded }) => forms.has(folded));
  for (const { folded, isPhrase } of wanted) {
    for (const start of words.keys()) {
      if (!isAt(words, start, folded, isPhrase)) continue;
      marked.fill(true, start, start + folded.length);
    }
  }
  const matches = words.filter((_, index) => marked[index]);
  return cut(said, text, matches);
}

function isAt(words: Word[], start: number, folded: string[], isPhrase: boolean): boolean {
  return folded.every((wanted, place) => {
    const found = words[start + place]?.folded;
    const mayBeBegun = !isPhrase && place === folded.length - 1;
    return found !== undefined && (mayBeBegun ? found.startsWith(wanted) : found === wanted);
  });
}

function cut(said: string, text: string, matches: Word[]): SnippetPart[] {
  const from = edge(text, Math.max(0, (matches[0]?.start ?? 0) - BEFORE), 1);
  const to = Math.max(matches[0]?.end ?? 0, edge(text, Math.min(text.length, from + LENGTH), -1));
  const parts: SnippetPart[] = [];
  const push = (piece: string, isMatch: boolean): void => {
    const last = parts.at(-1);
    if (piece === '') return;
    if (last?.isMatch === isMatch) last.text += piece;
    else parts.push({ text: piece, isMatch });
  };
  push(from > 0 ? '…' : '', false);
  let at = from;
  for (const { start, end } of matches) {
    if (end > to) break;
    push(text.slice(at, start), false);
    push(text.slice(start, end), true);
    at = end;
  }
  push(text.slice(at, to), false);
  push(to < said.length ? '…' : '', false);
  return parts;
}

/** The nearest place between words in one direction, within reach; a place between code points in any case. */
function edge(text: string, at: number, step: 1 | -1): number {
  if (at === 0 || at === text.length) return at;
  for (let place = at; Math.abs(place - at) < 24 && place > 0 && place < text.length; place += step) {
    if (/\s/u.test(text[place]!)) return step === 1 ? place + 1 : place;
  }
  return /[\udc00-\udfff]/u.test(text[at]!) ? at - 1 : at;
}
