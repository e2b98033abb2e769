import afinn from 'sentiment/lib/language-processor.js';
import { lexicon as vader } from 'vader-sentiment/src/vader_lexicon.js';
import * as vocabulary from './vocabulary.ts';

/** What is known of a word. */
export type Entry = {
  /** How it feels by itself, −4 to 4. */
  readonly valence: number;
  /** By how much it makes a feeling after it stronger, or weaker when negative. */
  readonly degree: number;
  readonly isNegator: boolean;
  readonly isContrast: boolean;
  readonly isExcess: boolean;
  /** 1 when it speaks for English, −1 when it speaks for another language. */
  readonly language: number;
  /** What it is after certain words, which then mean nothing by themselves. */
  readonly after: ReadonlyMap<string, Entry> | null;
};

/** One shape for every entry: reading them is half the time of a score when the engine meets several. */
export const entryOf = (facts: Partial<Entry>): Entry => ({
  valence: facts.valence ?? 0,
  degree: facts.degree ?? 0,
  isNegator: facts.isNegator ?? false,
  isContrast: facts.isContrast ?? false,
  isExcess: facts.isExcess ?? false,
  language: facts.language ?? 0,
  after: facts.after ?? null,
});

/** The entry of a word that says nothing. */
export const PLAIN = entryOf({});

/** Slope of the one lexicon's ratings on the other's, over the 2,600 words that both have. */
const AFINN_SCALE = 0.77;
/** Raters add 0.3 for "very"; anything from there to 0.6 agrees with people as well. */
const DEGREE = 0.4;
/** A little below "useful" and "helpful", the usual praise for a tool. */
const PRAISE = 1.6;
/** Less than a complaint: "too" mostly stands before a word that already is one. */
const EXCESS = -1;

/** A face may contain letters, like ":D" or "xD", but is no word. */
const isFace = (key: string): boolean => /[^\p{L}\p{N}' -]/u.test(key) || key === 'xd';
const isPair = (key: string): boolean => key.split(' ').length === 2;

/** "©" and the lines of boxes are in the ranking of emoji too, rated by the few texts that had them. */
const isRated = (key: string): boolean =>
  /[a-z]|^[\p{Emoji_Presentation}☺☹❤♥♡✌☀]/u.test(key) && !/\p{Regional_Indicator}/u.test(key);

/** Both ratings of a word in one number: the mean where both lexicons have it. */
function rate(): Map<string, number> {
  const ratings = new Map<string, number>();
  for (const [word, valence] of Object.entries(vader)) ratings.set(word.toLowerCase(), valence);
  for (const [word, score] of Object.entries(afinn.getLabels('en'))) {
    if (!isRated(word)) continue;
    const other = ratings.get(word);
    const valence = score * AFINN_SCALE;
    ratings.set(word, other === undefined ? valence : (other + valence) / 2);
  }
  for (const word of vocabulary.requests) ratings.delete(word);
  // Rated as the verb, but mostly said to compare; the pairs tell when it is the verb.
  ratings.delete('like');
  for (const word of vocabulary.praises) ratings.set(word, PRAISE);
  for (const word of vocabulary.complaints) ratings.set(word, -PRAISE);
  return ratings;
}

function pairsOf(ratings: ReadonlyMap<string, number>): Map<string, Map<string, Entry>> {
  const bySecond = new Map<string, Map<string, Entry>>();
  const known = [...ratings].filter(([key]) => isPair(key) && !isFace(key));
  for (const [pair, valence] of [...known, ...vocabulary.pairs]) {
    const [first, second] = pair.split(' ') as [string, string];
    const firsts = bySecond.get(second) ?? new Map<string, Entry>();
    bySecond.set(second, firsts.set(first, entryOf({ valence })));
  }
  return bySecond;
}

function build(ratings: ReadonlyMap<string, number>): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const note = (words: Iterable<string>, facts: Partial<Entry>): void => {
    for (const word of words) entries.set(word, entryOf({ ...entries.get(word), ...facts }));
  };
  for (const [key, valence] of ratings) if (!isFace(key) && !isPair(key)) note([key], { valence });
  note(vocabulary.boosters, { degree: DEGREE });
  note(vocabulary.dampeners, { degree: -DEGREE });
  note(vocabulary.negators, { isNegator: true });
  note(vocabulary.contrasts, { isContrast: true });
  note([vocabulary.excess], { isExcess: true, valence: EXCESS });
  note(vocabulary.englishWords, { language: 1 });
  note(vocabulary.foreignWords, { language: -1 });
  for (const [second, after] of pairsOf(ratings)) note([second], { after });
  return entries;
}

function gatherFaces(ratings: ReadonlyMap<string, number>): Map<string, Entry> {
  const faces = [...ratings].filter(([key]) => isFace(key));
  return new Map([...faces, ...vocabulary.emoji].map(([face, valence]) => [face, entryOf({ valence })]));
}

const ratings = rate();

/** Words in lower case. */
export const entries: ReadonlyMap<string, Entry> = build(ratings);

/** Emoticons in lower case, and emoji without their variants. */
export const faces: ReadonlyMap<string, Entry> = gatherFaces(ratings);
