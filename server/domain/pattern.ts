import { RE2JS } from 're2js';

/** Whether a text says something that is watched for. */
export type Match = (text: string) => boolean;

/** A program of this size, over so many characters, is carried out in a tenth of a second at worst. */
const MOST_STEPS = 200;
const MOST_SEARCHED = 10_000;

/**
 * A pattern in the syntax of RE2, whose time grows with the text alone: it has neither look-around nor references
 * back, and so nothing that a hostile text could make slow.
 */
function compile(pattern: string): RE2JS {
  return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
}

/** Why a pattern cannot be used; null when it can. */
export function faultOfPattern(pattern: string): string | null {
  try {
    const compiled = compile(pattern);
    if (compiled.programSize() > MOST_STEPS) {
      return 'is too large; make it shorter, or repeat less in it';
    }
    if (compiled.matcher('').find()) return 'must not match an empty text, for it would match every message';
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace('error parsing regexp: ', '') : 'unknown';
    return `cannot be read as a pattern of RE2: ${reason}`;
  }
}

/** Letters of scripts that put no spaces between words: a word of them is found inside other words. */
const unspaced =
  '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}';
const isUnspaced = new RegExp(`[${unspaced}]`, 'u');
const inWord = '[\\p{L}\\p{M}\\p{N}_]';

/** A word as part of an expression, with nothing of a longer word around it. */
function wholeWord(word: string): string {
  const letters = Array.from(word);
  const escaped = word
    .replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`)
    .replaceAll(/\s+/gu, String.raw`\s+`);
  const isOpen = (edge: string): boolean => isUnspaced.test(edge) || !new RegExp(inWord, 'u').test(edge);
  const [before, behind] = [letters[0]!, letters.at(-1)!].map(isOpen);
  return `${before ? '' : `(?<!${inWord})`}${escaped}${behind ? '' : `(?!${inWord})`}`;
}

/** Looks for whole words in any case, and for a pattern in the first 10,000 characters. */
export function matcherOf({ words, pattern }: { words: string[]; pattern: string | null }): Match {
  const listed = words.map((word) => wholeWord(word.normalize('NFC').trim())).join('|');
  const isListed = listed === '' ? null : new RegExp(listed, 'iu');
  const compiled = pattern === null ? null : compile(pattern);
  return (text) =>
    isListed?.test(text.normalize('NFC')) === true ||
    compiled?.matcher(text.slice(0, MOST_SEARCHED)).find() === true;
}
