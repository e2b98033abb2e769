import { fieldOf, pluralOf, usualNumber } from './gazetteer.ts';
import type { Word } from './utterance.ts';

const aliases = new Map(
  Object.entries({
    travelling: 'travel',
    'hip-hop': 'hip hop',
    hiphop: 'hip hop',
    film: 'movies',
    films: 'movies',
    cinema: 'cinema',
    scifi: 'sci-fi',
    'science fiction': 'sci-fi',
    hikes: 'hiking',
    'long hikes': 'hiking',
    hike: 'hiking',
    football: 'football',
    photos: 'photography',
    'taking photos': 'photography',
    'taking pictures': 'photography',
    theater: 'theatre',
    'rock n roll': 'rock and roll',
    maths: 'math',
    mathematics: 'math',
    'f#': 'f sharp',
    cplusplus: 'c plus plus',
    csharp: 'c sharp',
    golang: 'go language',
    'node.js': 'node js',
    programming: 'programming',
    licorice: 'liquorice',
    videogames: 'video games',
    videogame: 'video games',
    boardgames: 'board games',
    'computer games': 'video games',
    crochet: 'crocheting',
    'working out': 'working out',
    working: 'working out',
    tv: 'tv',
    'tv series': 'tv series',
    tvs: 'tv',
    kpop: 'k-pop',
    gym: 'gym',
    sports: 'sports',
    sport: 'sports',
  }),
);

const shown = new Map(Object.entries({ cplusplus: 'C++', csharp: 'C#' }));

/** The name under which all ways to call a thing meet. */
export function canonical(norms: string[]): string {
  let words = norms;
  while (words.length > 1 && isGeneric(words)) words = words.slice(0, -1);
  const phrase = words.join(' ').replace(/^(?:science fiction|scifi) (?=.)/u, 'sci-fi ');
  const alias = aliases.get(phrase);
  if (alias !== undefined) return plain(alias);
  const head = words.at(-1)!;
  const stem = words.length > 1 ? words.slice(0, -1).join(' ') : '';
  if (head === 'films' || head === 'film' || head === 'movie') return plain(`${stem} movies`);
  if (fieldOf(phrase) !== undefined && words.length > 1) return plain(phrase);
  if (stem === '') return plain(usualNumber(phrase));
  const many = `${stem} ${pluralOf(head)}`;
  return plain(fieldOf(many) !== undefined ? many : phrase);
}

function isGeneric(words: string[]): boolean {
  const rest = words.slice(0, -1).join(' ');
  const field = fieldOf(rest);
  const head = words.at(-1)!;
  if (/^(?:music|songs?|tracks?|tunes?)$/u.test(head)) return field === 'music';
  if (/^(?:games?|match|matches)$/u.test(head)) return field === 'sports' || rest === 'chess';
  return /^(?:class|classes|lessons?|practice|language|programming)$/u.test(head) && field !== undefined;
}

/** Lower case letters, digits and blanks, without accents. */
export const plain = (phrase: string): string =>
  (NOT_PLAIN.test(phrase)
    ? phrase
        .normalize('NFD')
        .replaceAll(/\p{M}+/gu, '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    : phrase
  ).trim();
const NOT_PLAIN = /[^a-z0-9 ]/u;

/** As it was said; capitals only where they mean a name. */
export function display(phrase: Word[], norms: string[]): string {
  const isTitle = phrase.length > 1 && phrase.every(({ text }) => /^\p{Lu}\p{Ll}/u.test(text));
  if (isTitle) return phrase.map(({ text }) => text).join(' ');
  return phrase
    .map(({ text, norm }, index) => {
      const spoken = shown.get(norm) ?? norms[index]!.replace(/^[a-z](?=[#\d]$)/u, (it) => it.toUpperCase());
      if (/^[A-Z][#\d]$/u.test(spoken)) return spoken;
      const isName =
        /^\p{Lu}/u.test(text) &&
        fieldOf(norm) === undefined &&
        text.length > 1 &&
        text !== text.toUpperCase();
      const isAcronym = /^\p{Lu}{2,4}$/u.test(text);
      if (spoken !== norm && !shown.has(norm)) return spoken;
      return isName || isAcronym || (/^\p{Lu}/u.test(text) && isTool(norm)) ? text : spoken;
    })
    .join(' ');
}

/** Fields whose things are mostly names. */
const isTool = (norm: string): boolean =>
  /^(?:programming|education|technology|games|movies|cars)$/u.test(fieldOf(norm) ?? '') || norm === 'spotify';

/** The key of a fact: what it is, and the thing it is about. */
export const keyOf = (kind: string, object: string): string => `${kind}_${object.replaceAll(' ', '_')}`;

const VOWEL = /^(?:[aeio]|u(?!x|k|ni|s[aei]))/iu;
const SPOKEN_VOWEL = /^[FHLMNRSX](?=[A-Z])/u;

/** "A nurse", "an engineer", "an HR manager". */
export const oneOf = (name: string): string =>
  `${VOWEL.test(name) || SPOKEN_VOWEL.test(name) ? 'an' : 'a'} ${name}`;
