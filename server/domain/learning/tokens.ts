import { entries, faces, PLAIN, type Entry } from './lexicon.ts';

/** A word, a face (an emoticon or an emoji, which is a feeling and no word), or a mark that ends a clause. */
export type Token = {
  kind: 'word' | 'face' | 'mark';
  entry: Entry;
  /** Whether it is in capitals throughout. */
  isLoud: boolean;
};

/** A text as the sentiment of it needs it. */
export type Passage = {
  tokens: Token[];
  words: number;
  /** Whether some words are in capitals and some are not. */
  hasMixedCase: boolean;
  exclamations: number;
  hasQuestion: boolean;
  /** Below 0 when more words speak for another language than for English. */
  english: number;
};

const LONGEST_WORD = 40;
const LONGEST_FACE = 12;
const PIECES = /[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*|[^\p{L}\p{N}\s]+/gu;
const ADDRESS = /^(?:@\w|https?:|www\.)/iu;
const MARK: Token = { kind: 'mark', entry: PLAIN, isLoud: false };

const isSpace = (code: number): boolean =>
  code <= 32 || code === 160 || (code >= 0x2000 && code <= 0x200a) || code === 0x3000;
const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isLetter = (code: number): boolean => isUpper(code) || (code >= 97 && code <= 122);
/** Marks that may follow a word or a face. ":" is none of them: it may be the eyes of a face. */
const isMark = (code: number): boolean =>
  code === 33 || code === 44 || code === 46 || code === 59 || code === 63;

/** Reads a text once, from left to right. */
class Reader {
  readonly passage: Passage = {
    tokens: [],
    words: 0,
    hasMixedCase: false,
    exclamations: 0,
    hasQuestion: false,
    english: 0,
  };
  #loud = 0;
  #lastWord = '';

  read(text: string): Passage {
    let start = 0;
    while (start < text.length) {
      if (isSpace(text.charCodeAt(start))) {
        start += 1;
        continue;
      }
      let end = start;
      while (end < text.length && isLetter(text.charCodeAt(end))) end += 1;
      const letters = end;
      while (end < text.length && !isSpace(text.charCodeAt(end))) end += 1;
      this.#readChunk(text, start, letters, end);
      start = end;
    }
    this.passage.hasMixedCase = this.#loud > 0 && this.#loud < this.passage.words;
    return this.passage;
  }

  /** What stands between two spaces: mostly a word, or a word and a mark. */
  #readChunk(text: string, start: number, letters: number, end: number): void {
    if (letters === end) return this.#addWord(text.slice(start, end));
    const isMarked = letters > start + 1 && letters === end - 1 && isMark(text.charCodeAt(letters));
    if (!isMarked) return this.#readPieces(text.slice(start, end));
    this.#addWord(text.slice(start, letters));
    this.#addMarks(text.slice(letters, end));
  }

  #readPieces(chunk: string): void {
    if (ADDRESS.test(chunk) || this.#addFace(chunk)) return;
    for (const [piece] of chunk.replaceAll('’', "'").matchAll(PIECES)) {
      if (/^[\p{L}\p{N}]/u.test(piece)) this.#addCompound(piece);
      else if (!this.#addFace(piece)) this.#addSymbols(piece);
    }
  }

  /** Parts of "well-designed" that have no entry as a whole. */
  #addCompound(word: string): void {
    if (!word.includes('-') || entries.has(word.toLowerCase())) return this.#addWord(word);
    for (const part of word.split('-')) this.#addWord(part);
  }

  #addFace(chunk: string): boolean {
    if (chunk.length > LONGEST_FACE) return false;
    let end = chunk.length;
    while (end > 1 && isMark(chunk.charCodeAt(end - 1))) end -= 1;
    const face = chunk.toLowerCase();
    const whole = faces.get(face);
    const entry = whole ?? faces.get(face.slice(0, end));
    if (entry === undefined) return false;
    this.passage.tokens.push({ kind: 'face', entry, isLoud: false });
    if (whole === undefined) this.#addMarks(chunk.slice(end));
    return true;
  }

  #addSymbols(symbols: string): void {
    for (const symbol of symbols) {
      const entry = symbol > '\u2000' ? faces.get(symbol) : undefined;
      if (entry !== undefined) this.passage.tokens.push({ kind: 'face', entry, isLoud: false });
    }
    this.#addMarks(symbols);
  }

  #addMarks(marks: string): void {
    for (const mark of marks) {
      if (mark === '!') this.passage.exclamations += 1;
      if (mark === '?') this.passage.hasQuestion = true;
    }
    if (/[.,;:!?…—–]/u.test(marks)) this.passage.tokens.push(MARK);
  }

  #addWord(word: string): void {
    const { passage } = this;
    passage.words += 1;
    const isLoud = word.length > 1 && isUpper(word.charCodeAt(1)) && word === word.toUpperCase();
    if (isLoud) this.#loud += 1;
    const lower = word.length > LONGEST_WORD ? '' : word.toLowerCase();
    const found = entries.get(lower) ?? entryOfVariant(lower);
    const inPair = found.after?.get(this.#lastWord);
    const last = passage.tokens.at(-1);
    const isPair = inPair !== undefined && last?.kind === 'word';
    if (isPair) last.entry = PLAIN;
    passage.english += found.language;
    passage.tokens.push({ kind: 'word', entry: isPair ? inPair : found, isLoud });
    this.#lastWord = lower;
  }
}

/** "sooo" is "so", "looove" is "love", and "film's" is "film". */
function entryOfVariant(word: string): Entry {
  if (word.endsWith("'s")) return entries.get(word.slice(0, -2)) ?? PLAIN;
  if (!/([a-z])\1\1/u.test(word)) return PLAIN;
  const twice = entries.get(word.replaceAll(/([a-z])\1{2,}/gu, '$1$1'));
  return twice ?? entries.get(word.replaceAll(/([a-z])\1{2,}/gu, '$1')) ?? PLAIN;
}

/** The words, faces and marks of a text, in time linear in its length. */
export const readPassage = (text: string): Passage => new Reader().read(text);
