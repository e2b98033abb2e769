import type { Lesson } from '../fact.ts';
import type { Statement } from './statement.ts';
import { adverbs } from './statement.ts';
import { keyOf } from './naming.ts';
import { type Thing, thingsAt } from './thing.ts';
import { fieldOf } from './gazetteer.ts';
import { lessonOf } from './lesson.ts';
import { isFirstName } from './names.ts';
import { isPlace } from './places.ts';

/** How much somebody cares for something: 2 very much, 1 somewhat, −1 not at all. */
type Liking = 2 | 1 | -1;

const verbs = new Map<string, Liking>(
  Object.entries({
    love: 2,
    loved: 2,
    adore: 2,
    adored: 2,
    like: 1,
    liked: 1,
    enjoy: 1,
    enjoyed: 1,
    dig: 1,
    hate: -1,
    hated: -1,
    dislike: -1,
    disliked: -1,
    detest: -1,
    loathe: -1,
    despise: -1,
  }),
);

/** What people say after "I am": passionate about, into, keen on … */
const moods = new Map<string, [Liking, string]>(
  Object.entries({
    into: [1, ''],
    passionate: [2, 'about'],
    crazy: [2, 'about'],
    mad: [2, 'about'],
    obsessed: [2, 'with'],
    interested: [1, 'in'],
    keen: [1, 'on'],
    fond: [1, 'of'],
    hooked: [2, 'on'],
    fascinated: [1, 'by'],
  }),
);

const fans = new Set([
  'fan',
  'lover',
  'enthusiast',
  'fanatic',
  'admirer',
  'addict',
  'buff',
  'nerd',
  'geek',
  'junkie',
  'aficionado',
]);

/** Interests and dislikes that a statement tells. */
export function tastesOf(statement: Statement): Lesson[] {
  const { verb, form } = statement;
  if (form === 'wish') return [];
  if (verb === 'am' || verb === 'was') return moodOf(statement);
  if (form === 'can') return inabilityOf(statement);
  const liking = verbs.get(verb);
  if (liking !== undefined) return likingOf(statement, liking);
  if (verb === 'care')
    return statement.isNegated && wordAt(statement, 1) === 'for' ? tastes(statement, 2, 1) : [];
  if (verb === 'have') return havingOf(statement);
  return [];
}

const wordAt = ({ words, at, stop }: Statement, offset: number): string =>
  at + offset < stop ? words[at + offset]!.norm : '';

function likingOf(statement: Statement, liking: Liking): Lesson[] {
  const isPast = statement.verb.endsWith('d');
  // "I liked the show" tells of one evening; "I have always liked shows" of the person.
  if (isPast && statement.form !== 'perfect') return [];
  if (liking < 0 && (statement.isNegated || statement.form === 'usedTo')) return [];
  let offset = 1;
  let isNegated = statement.isNegated;
  const next = wordAt(statement, 1);
  if (next === 'neither') {
    isNegated = true;
    offset = 2;
  } else if (next === 'both') offset = 2;
  return tastes({ ...statement, isNegated }, offset, liking);
}

function moodOf(statement: Statement): Lesson[] {
  const { words, stop, isOver } = statement;
  let at = statement.at + 1;
  let isNegated = statement.isNegated;
  for (; at < stop; at += 1) {
    const { norm } = words[at]!;
    if (norm === 'not') isNegated = true;
    else if (isNegated && /^(?:just|only)$/u.test(norm)) return [];
    else if (!adverbs.has(norm) && !(isOver && /^(?:no|longer)$/u.test(norm))) break;
  }
  // What one is no longer into, one was.
  const isPast = isOver || statement.verb === 'was';
  const said = {
    ...statement,
    isNegated: isNegated && !isOver,
    form: isPast ? ('usedTo' as const) : statement.form,
  };
  const mood = moods.get(words[at]?.norm ?? '');
  if (mood === undefined) return fanOf(said, at);
  const [liking, preposition] = mood;
  // Who is indifferent dislikes nothing.
  if (said.isNegated && /^(?:interested|passionate|obsessed|fascinated)$/u.test(words[at]!.norm)) return [];
  if (preposition === '') return tastes(said, at + 1 - said.at, liking);
  return words[at + 1]?.norm === preposition ? tastes(said, at + 2 - said.at, liking) : [];
}

/** "A big fan of jazz", "a jazz lover". */
function fanOf(statement: Statement, from: number): Lesson[] {
  const { words, stop } = statement;
  for (let at = from; at < Math.min(stop, from + 6); at += 1) {
    const { norm, isMark } = words[at]!;
    if (isMark || norm === 'but' || norm === 'and') return [];
    if (!fans.has(norm)) continue;
    const isBig = words
      .slice(from, at)
      .some((word) => /^(?:big|huge|massive|great|enormous|lifelong|die-hard|diehard)$/u.test(word.norm));
    if (words[at + 1]?.norm === 'of')
      return tastes(
        statement,
        at + 2 - statement.at,
        statement.isNegated ? 1 : isBig || norm === 'lover' ? 2 : 1,
      );
    const begin = words[from]!.norm === 'a' || words[from]!.norm === 'an' ? from + 1 : from;
    let first = begin;
    while (first < at && /^(?:big|huge|massive|great|total|true|real|lifelong)$/u.test(words[first]!.norm))
      first += 1;
    if (first === at) return [];
    const { things } = thingsAt(words, first, at);
    return things.map((thing) => tasteOf(statement, thing, norm === 'lover' ? 2 : 1, at + 1));
  }
  return [];
}

/** "I can't stand jazz", "I can't get enough of jazz". */
function inabilityOf(statement: Statement): Lesson[] {
  if (!statement.isNegated) return [];
  const { verb } = statement;
  if (verb === 'stand' || verb === 'bear') return tastes({ ...statement, isNegated: false }, 1, -1);
  const isEnough = verb === 'get' && wordAt(statement, 1) === 'enough' && wordAt(statement, 2) === 'of';
  return isEnough ? tastes({ ...statement, isNegated: false }, 3, 2) : [];
}

/** "I have a passion for jazz", "I have no interest in jazz". */
function havingOf(statement: Statement): Lesson[] {
  let offset = 1;
  let isNegated = statement.isNegated;
  while (
    /^(?:a|an|no|any|great|big|huge|real|strong|keen|lifelong|zero|soft)$/u.test(wordAt(statement, offset))
  ) {
    if (/^(?:no|zero)$/u.test(wordAt(statement, offset))) isNegated = true;
    offset += 1;
  }
  const noun = wordAt(statement, offset);
  const preposition = wordAt(statement, offset + 1);
  const isPassion = /^(?:passion|love)$/u.test(noun) && preposition === 'for';
  if (!isPassion && !(noun === 'interest' && preposition === 'in')) return [];
  return tastes({ ...statement, isNegated }, offset + 2, isPassion ? 2 : 1);
}

function tastes(statement: Statement, offset: number, liking: Liking): Lesson[] {
  const { words, at, stop } = statement;
  const { things, end } = thingsAt(words, at + offset, stop);
  return things.filter(isTaste).map((thing) => tasteOf(statement, thing, liking, end));
}

/** What one can have a taste for: no first name of somebody, no bill. */
function isTaste({ object }: Thing): boolean {
  const field = fieldOf(object);
  if (field !== undefined) return !/^(?:billing|orders|account|support)$/u.test(field);
  return isPlace(object) || !isFirstName(object);
}

/** A taste as a lesson, proved by the words from the subject to the end. */
export function tasteOf(
  statement: Pick<Statement, 'words' | 'first' | 'form' | 'isNegated'>,
  thing: Thing,
  liking: Liking,
  end: number,
): Lesson {
  const isPast = statement.form === 'usedTo';
  const isLiked = liking > 0 && !statement.isNegated && !thing.isNegated;
  const present = isLiked
    ? `Shows ${liking > 1 ? 'strong interest' : 'interest'} in ${thing.words}`
    : `Dislikes ${thing.words}`;
  return lessonOf({
    category: 'interests',
    type: 'topic_interest',
    key: keyOf('interest', thing.object),
    object: thing.object,
    value: isPast ? `Used to like ${thing.words}` : present,
    isNegative: !isLiked,
    isPast,
    words: statement.words,
    first: statement.first,
    end,
  });
}
