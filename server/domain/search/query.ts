import { InvalidInputError } from '../errors.ts';
import { text } from '../value.ts';

/** One thing that is looked for: a word, which may be only the beginning of one, or words in their order. */
export type Term = { said: string; isPhrase: boolean; isNegated: boolean };

const MOST_CHARACTERS = 500;
const MOST_TERMS = 16;

/** Minus, then words in quotes or one word. A quote that is not closed reaches to the end. */
const term = /(?<minus>-?)(?:["“”„](?<phrase>[^"“”„]*)["“”„]?|(?<word>[^\s"“”„]+))/gu;

/**
 * What people write into a search field: words, `"words in this order"`, and `-` in front of what must not be there.
 * Nothing else has a meaning. Throws an InvalidInputError when it is too long or has no word.
 */
export function parseQuery(query: string, field = 'query'): Term[] {
  const refuse = (why: string): never => {
    throw new InvalidInputError(field, `${field} ${why}.`);
  };
  const storable = text.safeParse(query);
  if (!storable.success) refuse(storable.error.issues[0]!.message);
  if (query.length > MOST_CHARACTERS) {
    refuse(`must have at most ${MOST_CHARACTERS} characters; it has ${query.length}`);
  }
  const terms = [...query.matchAll(term)]
    .map(({ groups }): Term => {
      const { minus, phrase, word } = groups as { minus: string; phrase?: string; word?: string };
      return { said: (phrase ?? word)!, isPhrase: phrase !== undefined, isNegated: minus !== '' };
    })
    .filter(({ said }) => /[\p{L}\p{N}]/u.test(said));
  if (terms.length === 0) refuse('must hold a word to look for');
  if (terms.length > MOST_TERMS) refuse(`must have at most ${MOST_TERMS} words; it has ${terms.length}`);
  return terms;
}
