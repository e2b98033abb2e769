import type { Lesson } from '../fact.ts';
import { lessonOf } from './lesson.ts';
import { complementAt, type Statement } from './statement.ts';
import { keyOf } from './naming.ts';
import type { Word } from './utterance.ts';

const pets = new Map<string, string>();
for (const animal of 'dog,cat,hamster,rabbit,parrot,horse,goldfish,turtle,tortoise,budgie,canary,snake,gecko,lizard,ferret,guinea pig,chicken,pony,goat,pet'.split(
  ',',
)) {
  pets.set(animal, animal).set(`${animal}s`, animal);
}
for (const breed of 'puppy,puppies,pup,golden retriever,labrador,german shepherd,poodle,dachshund,beagle,bulldog,husky,corgi,chihuahua,border collie,terrier,pug,doggo,dalmatian,rottweiler'.split(
  ',',
))
  pets.set(breed, 'dog');
for (const breed of 'kitten,kittens,kitty,siamese cat,maine coon,tabby'.split(',')) pets.set(breed, 'cat');
pets.set('bunny', 'rabbit').set('bunnies', 'rabbit').set('goldfish', 'goldfish');

const relatives = new Map(
  Object.entries({
    kid: 'children',
    kids: 'children',
    child: 'children',
    children: 'children',
    baby: 'children',
    toddler: 'children',
    twins: 'children',
    son: 'son',
    sons: 'son',
    daughter: 'daughter',
    daughters: 'daughter',
    brother: 'brother',
    brothers: 'brother',
    sister: 'sister',
    sisters: 'sister',
    wife: 'wife',
    husband: 'husband',
    girlfriend: 'girlfriend',
    boyfriend: 'boyfriend',
    grandchildren: 'grandchildren',
    grandkids: 'grandchildren',
    grandson: 'grandchildren',
    granddaughter: 'grandchildren',
    'twin brother': 'brother',
    'twin sister': 'sister',
  }),
);

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

/** Family and animals that somebody has. */
export function householdOf(statement: Statement): Lesson[] {
  const { verb, form } = statement;
  if (form === 'wish' || form === 'can') return [];
  if (verb === 'am') return standingOf(statement);
  if (verb === 'got' && /^(?:married|engaged|divorced)$/u.test(norm(statement.words, statement.at + 1))) {
    return marital(statement, statement.at + 1);
  }
  if (verb === 'have' || verb === 'own' || verb === 'adopted' || verb === 'got')
    return owning(statement, form === 'usedTo');
  return verb === 'had' ? owning(statement, true) : [];
}

function owning(statement: Statement, isPast: boolean): Lesson[] {
  const { words, at, stop, isNegated } = statement;
  if (isPast && isNegated) return [];
  const found: { index: number; end: number; isNone: boolean; count: string }[] = [];
  let from = at + 1;
  while (from < stop) {
    const one = ownedAt(words, from, stop);
    if (one === null) break;
    found.push(one);
    from = one.end;
    while (from < stop && /^(?:,|and|or|also|plus|nor)$/u.test(norm(words, from))) from += 1;
    if (from === one.end) break;
  }
  const last = found.at(-1)?.end ?? 0;
  return found.flatMap((one) => ownedOf(statement, one, last, isPast));
}

type Owned = { index: number; end: number; isNone: boolean; count: string };

/** "A dog", "two young cats", "no kids". */
function ownedAt(words: Word[], from: number, stop: number): Owned | null {
  let at = from;
  let isNone = false;
  let count = '';
  for (; at < stop && at < from + 5; at += 1) {
    const said = norm(words, at);
    const length = ownedWords(words, at, stop);
    if (length > 0) {
      const end = at + length;
      return isOwnedEnd(words, end, stop) ? { index: at, end, isNone, count } : null;
    }
    if (said === 'no') isNone = true;
    else if (/^(?:an?|one|two|three|four|five|six|seven|[1-9])$/u.test(said)) count = said;
    else if (
      !/^(?:any|some|my|our|own|young|younger|older|little|big|small|new|old|cute|beautiful|lovely|rescue|grown|adult|teenage|step|identical|beloved|pet|black|white|wonderful|elderly|few|several|couple|of|amazing)$/u.test(
        said,
      )
    )
      return null;
  }
  return null;
}

function ownedWords(words: Word[], at: number, stop: number): number {
  const two = at + 1 < stop ? `${norm(words, at)} ${norm(words, at + 1)}` : '';
  if (pets.has(two) || relatives.has(two)) return 2;
  return pets.has(norm(words, at)) || relatives.has(norm(words, at)) ? 1 : 0;
}

const isOwnedEnd = (words: Word[], at: number, stop: number): boolean => {
  if (at >= stop || words[at]!.isMark) return true;
  if (
    /^(?:in|on)$/u.test(norm(words, at)) &&
    /^(?:my|the)$/u.test(norm(words, at + 1)) &&
    /^(?:cart|basket|order|bag|list)$/u.test(norm(words, at + 2))
  )
    return false;
  return /^(?:and|or|but|named|called|who|that|which|at|in|so|with|too|aged|now|also|since|from|living|whose|i|as|because|here|plus|we|she|he|they|anymore|any|nor|for|already|yet|to|named|when)$/u.test(
    norm(words, at),
  );
};

function ownedOf(
  statement: Statement,
  { index, end, isNone, count }: Owned,
  last: number,
  isPast: boolean,
): Lesson[] {
  const { words, first } = statement;
  const said = words
    .slice(index, end)
    .map((word) => word.norm)
    .join(' ');
  const two = words.slice(index, end).length > 1 ? said : norm(words, index);
  const isNegative = statement.isNegated || isNone;
  const animal = pets.get(two);
  const relative = relatives.get(two);
  if (animal === undefined && (relative === undefined || isPast)) return [];
  const kind = animal === undefined ? 'family' : 'pet';
  const object = isNegative && animal === 'pet' ? 'pets' : (animal ?? relative ?? '');
  if (animal === 'pet' && !isNegative) return [];
  const amount = /^(?:two|three|four|five|six|seven|[2-9])$/u.test(count) ? count : '';
  const article =
    amount !== ''
      ? `${amount} `
      : /s$|children$/u.test(said)
        ? ''
        : `${/^[aeiou]/u.test(said) ? 'an' : 'a'} `;
  const value = isPast
    ? `Used to have ${article}${said}`
    : isNegative
      ? `Has no ${said}`
      : `Has ${article}${said}`;
  const key = keyOf(kind, object);
  return [
    lessonOf({
      category: 'personal',
      type: kind,
      key,
      object,
      value,
      isNegative,
      isPast,
      words,
      first,
      end: last,
    }),
  ];
}

/** "I am married", "I am a mother of two". */
function standingOf(statement: Statement): Lesson[] {
  const { words, first, isNegated, form } = statement;
  const at = complementAt(statement);
  if (form === 'usedTo' || norm(words, statement.at) === 'been') return [];
  const status = marital(statement, at);
  if (status.length > 0 || isNegated) return status;
  if (!/^(?:an?|the)$/u.test(norm(words, at))) return [];
  let head = at + 1;
  while (
    /^(?:single|proud|new|young|working|busy|stay-at-home|divorced|married|first-time|happy)$/u.test(
      norm(words, head),
    )
  )
    head += 1;
  if (
    !/^(?:mother|mom|mum|father|dad|parent)$/u.test(norm(words, head)) ||
    !isParentEnd(words, head + 1, statement.stop)
  )
    return [];
  const isCounted = norm(words, head + 1) === 'of';
  const count = isCounted ? norm(words, head + 2) : '';
  const end = isCounted ? head + 3 : head + 1;
  const isMany = /^(?:two|three|four|five|six|seven|[2-9])$/u.test(count);
  const value = isMany ? `Has ${count} children` : 'Has children';
  return [
    lessonOf({
      category: 'personal',
      type: 'family',
      key: 'family_children',
      object: 'children',
      value,
      words,
      first,
      end,
    }),
  ];
}

const isParentEnd = (words: Word[], at: number, stop: number): boolean =>
  at >= stop || words[at]!.isMark || /^(?:of|and|to|with|from|now|who|so|but|too)$/u.test(norm(words, at));

function marital(statement: Statement, at: number): Lesson[] {
  const { words, first, isNegated, stop } = statement;
  const object = norm(words, at);
  if (!/^(?:married|divorced|single|engaged|widowed|separated)$/u.test(object)) return [];
  const next = at + 1 < stop ? norm(words, at + 1) : '';
  if (
    next !== '' &&
    !words[at + 1]!.isMark &&
    !/^(?:and|but|to|now|with|for|since|again|so|i|btw|by|too|lol|anymore|any)$/u.test(next)
  )
    return [];
  if (object === 'engaged' && /^(?:with|in)$/u.test(next)) return [];
  if (object === 'single' && /^(?:to)$/u.test(next)) return [];
  const value = `${isNegated ? (statement.isOver ? 'Is no longer' : 'Is not') : 'Is'} ${object}`;
  return [
    lessonOf({
      category: 'personal',
      type: 'marital_status',
      key: 'marital_status',
      object,
      value,
      isNegative: isNegated,
      words,
      first,
      end: at + 1,
    }),
  ];
}

/** "My dog Rex loves the beach": there is a dog. */
export function presumedPet(words: Word[], my: number, stop: number): Lesson[] {
  const at = /^(?:own|little|big|old|new|cute|beloved|lovely|sweet)$/u.test(norm(words, my + 1))
    ? my + 2
    : my + 1;
  const owner = pets.get(norm(words, at).replace(/'s$/u, ''));
  if (owner !== undefined && norm(words, at).endsWith("'s") && norm(words, at + 1) === 'name')
    return petLesson(words, my, at + 1, owner, owner);
  const length = ownedWords(words, at, stop);
  const said = words
    .slice(at, at + length)
    .map((word) => word.norm)
    .join(' ');
  const object = pets.get(said);
  if (object === undefined || object === 'pet' || at + length >= stop) return [];
  const next = norm(words, at + length);
  const isGone =
    next === 'died' ||
    (/^(?:has|passed|just|recently|sadly)$/u.test(next) &&
      /^(?:died|away|passed)$/u.test(norm(words, at + length + 1)));
  // One that dies in a game lives.
  if (
    isGone &&
    /\b(?:game|movie|film|book|dream|story|once|again|level|minecraft)\b/u.test(restOf(words, at, stop))
  )
    return [];
  if (isGone) return petLesson(words, my, at + length, object, said).map(gone);
  const isThere =
    /^(?:is|are|has|have|loves?|likes?|hates?|named|called|and|,|needs?|does|do|eats?|sleeps?|barks?|gets?|keeps?|always|just|never|can|will|wants?|plays?)$/u.test(
      next,
    );
  const isNamed = /^\p{Lu}\p{Ll}+$/u.test(words[at + length]!.text);
  if (!isThere && !isNamed) return [];
  if (
    words.slice(at, at + 10).some((word) => /^(?:died|passed|dead|was|had|food|bed|friend)$/u.test(word.norm))
  )
    return [];
  return petLesson(words, my, at + length, object, said);
}

const restOf = (words: Word[], from: number, stop: number): string =>
  words
    .slice(from, stop)
    .map((word) => word.norm)
    .join(' ');

/** "My dog died": there was one. */
const gone = (lesson: Lesson): Lesson => ({
  ...lesson,
  tense: 'PAST',
  value: lesson.value.replace(/^Has/u, 'Used to have'),
});

function petLesson(words: Word[], first: number, end: number, object: string, said: string): Lesson[] {
  const article = said.endsWith('s') && object !== said ? '' : 'a ';
  return [
    lessonOf({
      category: 'personal',
      type: 'pet',
      key: keyOf('pet', object),
      object,
      value: `Has ${article}${said}`,
      isInferred: true,
      words,
      first,
      end,
    }),
  ];
}
