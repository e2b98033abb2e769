import type { Lesson } from '../fact.ts';
import { statedGoal } from './goals.ts';
import { presumedPet } from './household.ts';
import { ageAt } from './age.ts';
import { nameAt } from './identity.ts';
import { motherTongueOf } from './tongue.ts';
import { lessonOf } from './lesson.ts';
import { oneOf } from './naming.ts';
import { occupationAt } from './occupations.ts';
import { placeAt } from './places.ts';
import { isTakenBack, licensedUpTo, type Statement } from './statement.ts';
import { tasteOf } from './tastes.ts';
import { thingAt, thingsAt } from './thing.ts';
import type { Sentence, Word } from './utterance.ts';
import { favouriteOf, isKind } from './wishes.ts';

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

/** What is said of oneself with "my": "my name is …", "… is my favourite". */
export function traitsOf(sentence: Sentence): Lesson[] {
  const { words } = sentence;
  const lessons: Lesson[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const { norm: said } = words[index]!;
    if (said === 'my') lessons.push(...ownOf(sentence, index));
    else if (said === 'call' && norm(words, index + 1) === 'me') lessons.push(...calledOf(sentence, index));
    else if (said === 'for' && norm(words, index + 1) === 'me' && norm(words, index - 1) === 'not') {
      lessons.push(...judged(sentence, index - 1, index + 2, -1));
    }
  }
  return lessons;
}

function ownOf(sentence: Sentence, my: number): Lesson[] {
  const { words } = sentence;
  const before = norm(words, my - 1);
  if (
    before === 'is' ||
    before === 'are' ||
    (before === 'not' && /^(?:is|are)$/u.test(norm(words, my - 2)))
  ) {
    return judgedOwn(sentence, my);
  }
  const isOneOf = before === 'of' && norm(words, my - 2) === 'one';
  const first = isOneOf ? my - 2 : my;
  const stop = licensedUpTo(sentence, first);
  if (stop <= my + 2 && !(norm(words, my + 1) === 'names')) return [];
  if (isSomebodyElses(words, first)) return [];
  const copula = copulaAt(words, my, stop);
  if (copula === null) return presumedPet(words, my, stop);
  const statement: Statement = {
    words,
    first,
    isPlural: false,
    at: copula.at,
    verb: 'am',
    stop,
    form: 'plain',
    isNegated: copula.isNegated,
    isOver: false,
  };
  if (isTakenBack(statement)) return [];
  const noun = words
    .slice(my + 1, copula.noun)
    .map((word) => word.norm)
    .join(' ');
  return traitOf(statement, noun, copula.end) ?? presumedPet(words, my, stop);
}

/** "… told me my name is": after a verb of somebody else it is not one's own word. */
const isSomebodyElses = (words: Word[], first: number): boolean =>
  /^(?:me|us|think|love|like|hate|want|need|see|change|update|use|add|put|check)$/u.test(
    norm(words, first - 1),
  );

type Copula = { noun: number; at: number; end: number; isNegated: boolean };

/** Where "is" stands after "my …", and what follows it begins. */
function copulaAt(words: Word[], my: number, stop: number): Copula | null {
  if (norm(words, my + 1) === 'names') return { noun: my + 2, at: my + 1, end: my + 2, isNegated: false };
  for (let at = my + 2; at < Math.min(stop, my + 9); at += 1) {
    const { norm: said, isMark } = words[at]!;
    if (said === ':' && at === my + 2) return { noun: at, at, end: at + 1, isNegated: false };
    if (isMark || said === 'and' || said === 'my' || said === 'i') return null;
    if (said !== 'is' && said !== 'are' && said !== 'include' && said !== 'includes') continue;
    const isNegated = norm(words, at + 1) === 'not';
    let end = isNegated ? at + 2 : at + 1;
    while (
      /^(?:definitely|actually|probably|currently|just|also|really|mainly|mostly|things|like|:)$/u.test(
        norm(words, end),
      )
    )
      end += 1;
    return { noun: at, at, end, isNegated };
  }
  return null;
}

function traitOf(statement: Statement, noun: string, at: number): Lesson[] | null {
  const { words, stop, isNegated } = statement;
  const kind =
    /(?:^|\b)(?:first name|full name|real name|names?|hobby|hobbies|interests?|passions?|goals?|dream|ambition|aim|resolution|job|profession|occupation|age|birthday|major|hometown|home town|native language|native tongue|mother tongue|first language|pastimes?)$/u.exec(
      noun,
    )?.[0];
  if (/^(?:all-time )?favou?rites?\b/u.test(noun)) return favourite(statement, noun, at);
  if (kind === undefined || words.slice(statement.first + 1, at).some(({ norm: it }) => it.endsWith("'s")))
    return null;
  if (/name/u.test(kind)) return noun === kind ? namesAt(statement, at) : [];
  if (/^(?:hobb|interest|passion|pastime)/u.test(kind)) return likedThings(statement, at, isNegated);
  if (/^(?:goal|dream|ambition|aim|resolution)/u.test(kind)) return statedGoal(statement, at);
  if (/^(?:job|profession|occupation)$/u.test(kind)) return tradeOf(statement, at);
  if (kind === 'age') return ageAt(statement, at);
  if (/language|tongue/u.test(kind)) return motherTongueOf(statement, at);
  if (kind === 'birthday') return birthdayOf(statement, at);
  if (kind === 'major') return subjectOf(statement, at);
  const place = /home ?town/u.test(kind) ? placeAt(words, at, stop) : null;
  if (place === null) return null;
  return [slot(statement, 'personal', 'origin', place.object, `Comes from ${place.name}`, place.end)];
}

/** "My name isn't Bob, it's Rob". */
function namesAt(statement: Statement, at: number): Lesson[] {
  const { words, stop, isNegated } = statement;
  const found = nameAt(statement, at);
  if (found.length === 0 || !isNegated) return found;
  let next = at;
  while (next < stop && !words[next]!.isMark && !/^(?:but|it|its)$/u.test(norm(words, next))) next += 1;
  while (/^(?:,|but|it|is|its|it's|actually|just)$/u.test(norm(words, next))) next += 1;
  return [...found, ...nameAt({ ...statement, isNegated: false }, next)];
}

function slot(
  statement: Statement,
  category: 'personal' | 'work',
  type: string,
  object: string,
  value: string,
  end: number,
): Lesson {
  const { words, first, isNegated } = statement;
  return lessonOf({ category, type, key: type, object, value, isNegative: isNegated, words, first, end });
}

function likedThings(statement: Statement, at: number, isNegated: boolean): Lesson[] {
  if (isNegated) return [];
  const { things, end } = thingsAt(statement.words, at, statement.stop);
  return things.map((thing) => tasteOf(statement, thing, 1, end));
}

function favourite(statement: Statement, noun: string, at: number): Lesson[] {
  const kind = noun.replace(/^(?:all-time )?favourites? ?(?:kind of |type of |sort of )?/u, '');
  const one = favouriteOf(statement, kind, at);
  if (one !== null) return one;
  if (
    statement.isNegated ||
    /\b(?:part|thing|way|feature|option|customer|store|shop|product|one)s?$/u.test(kind)
  )
    return [];
  const { things, end } = thingsAt(statement.words, at, statement.stop);
  return things.map((thing) => tasteOf(statement, thing, 2, end));
}

function tradeOf(statement: Statement, at: number): Lesson[] {
  const { words, stop, isNegated } = statement;
  const trade = /^an?$/u.test(norm(words, at)) ? occupationAt(words, at, stop, false) : null;
  if (trade === null || isNegated) return [];
  const value = `Works as ${oneOf(trade.name)}`;
  return [slot(statement, 'work', 'occupation', trade.object, value, trade.end)];
}

function subjectOf(statement: Statement, at: number): Lesson[] {
  const thing = thingAt(statement.words, at, statement.stop);
  return thing === null || statement.isNegated
    ? []
    : [slot(statement, 'work', 'studies', thing.object, `Studies ${thing.words}`, thing.end)];
}

const months = 'january,february,march,april,may,june,july,august,september,october,november,december'.split(
  ',',
);

/** "My birthday is on May 5th". */
function birthdayOf(statement: Statement, from: number): Lesson[] {
  const near = statement.words.slice(from, Math.min(statement.stop, from + 6));
  const month = near.findIndex(({ norm: it }) => months.includes(it));
  const day = near.findIndex(({ norm: it }) => /^(?:[12]?\d|3[01])(?:st|nd|rd|th)?$/u.test(it));
  if (month < 0 || day < 0 || Math.abs(month - day) > 3 || statement.isNegated) return [];
  const object = `${near[month]!.norm} ${Number.parseInt(near[day]!.norm, 10)}`;
  const name = `${object[0]!.toUpperCase()}${object.slice(1)}`;
  return [
    slot(
      statement,
      'personal',
      'birthday',
      object,
      `Has birthday on ${name}`,
      from + Math.max(month, day) + 1,
    ),
  ];
}

/** "Jazz is my favourite", "football isn't my thing". */
function judgedOwn(sentence: Sentence, my: number): Lesson[] {
  const { words } = sentence;
  const isNegated = norm(words, my - 1) === 'not';
  const copula = isNegated ? my - 2 : my - 1;
  let at = my + 1;
  while (/^(?:all-time|absolute|biggest|greatest|main|new|real|true|other|second)$/u.test(norm(words, at)))
    at += 1;
  const said = norm(words, at);
  if (/^(?:thing|jam|cup)$/u.test(said)) return judged(sentence, copula, at + 1, isNegated ? -1 : 1);
  if (isNegated || !/^(?:favourites?|passion|passions|hobby|hobbies|obsession)$/u.test(said)) return [];
  if (
    said.startsWith('favourite') &&
    /^(?:part|thing|way|feature|option|store|shop|product|one|customer)$/u.test(norm(words, at + 1))
  )
    return [];
  if (said === 'favourite' && isKind(norm(words, at + 1))) return favouriteKind(sentence, copula, at + 1);
  return judged(sentence, copula, favouriteEnd(words, at + 1), 2);
}

/** "Blue is my favourite colour". */
function favouriteKind(sentence: Sentence, copula: number, kind: number): Lesson[] {
  const { words } = sentence;
  const first = copula - 1;
  if (first !== 0 && !words[first - 1]?.isMark) return [];
  if (licensedUpTo(sentence, first) === 0) return [];
  const statement: Statement = {
    words,
    first,
    isPlural: false,
    at: copula,
    verb: 'am',
    stop: copula,
    form: 'plain',
    isNegated: false,
    isOver: false,
  };
  return favouriteOf(statement, norm(words, kind), first, kind + 1) ?? [];
}

function favouriteEnd(words: Word[], from: number): number {
  let at = from;
  while (
    at < words.length &&
    !words[at]!.isMark &&
    !/^(?:and|but|because|so|since|i)$/u.test(norm(words, at)) &&
    at < from + 5
  )
    at += 1;
  return at;
}

/** What is judged stands before "is"; it begins the sentence, or follows a mark or a word that joins. */
function judged(sentence: Sentence, copula: number, end: number, liking: 2 | 1 | -1): Lesson[] {
  const { words } = sentence;
  const is = /^(?:is|are)$/u.test(norm(words, copula)) ? copula : copula - 1;
  if (!/^(?:is|are)$/u.test(norm(words, is))) return [];
  let first = is;
  while (
    first > 0 &&
    is - first < 6 &&
    !words[first - 1]!.isMark &&
    !/^(?:and|but|because|that|honestly|well|so)$/u.test(norm(words, first - 1))
  )
    first -= 1;
  if (first === is || licensedUpTo(sentence, first) <= end - 1) return [];
  const found = thingsAt(words, first, is);
  if (found.end !== is) return [];
  return found.things.map((thing) =>
    tasteOf({ words, first, form: 'plain', isNegated: false }, thing, liking, end),
  );
}

const noCall =
  /^(?:back|later|when|at|tomorrow|now|again|asap|on|if|before|after|today|about|to|an?|the|crazy|old)$/u;

/** "You can call me Max", "my friends call me Max". */
function calledOf(sentence: Sentence, call: number): Lesson[] {
  const { words } = sentence;
  if (noCall.test(norm(words, call + 2))) return [];
  const before = norm(words, call - 1);
  const isAsked =
    call === 0 ||
    words[call - 1]!.isMark ||
    /^(?:please|just|can|friends|everyone|people|me|so|and|family|everybody|but)$/u.test(before);
  const negated = before === 'not';
  if (!isAsked || negated || (before === 'can' && norm(words, call - 2) !== 'you')) return [];
  if (sentence.isQuestion || licensedUpTo(sentence, Math.max(0, call - 2)) === 0) return [];
  return nameAt({ words, first: call, stop: words.length, isNegated: false }, call + 2);
}
