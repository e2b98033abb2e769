import type { Lesson } from '../fact.ts';
import { lessonOf } from './lesson.ts';
import { type Aim, aimAt, boughtAt, gerundAim, named } from './aims.ts';
import { complementAt, type Statement } from './statement.ts';
import { keyOf, plain, oneOf } from './naming.ts';
import { thingAt, thingsAt } from './thing.ts';
import type { Word } from './utterance.ts';

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

const wanting = new Set([
  'want',
  'plan',
  'hope',
  'aim',
  'intend',
  'aspire',
  'dream',
  'love',
  'like',
  'wish',
  'wanted',
]);
const striving = new Set([
  'planning',
  'hoping',
  'trying',
  'aiming',
  'determined',
  'hope',
  'aspiring',
  'looking',
]);

/** What somebody wants for longer than this conversation. */
export function goalsOf(statement: Statement): Lesson[] {
  const { words, at, verb, form } = statement;
  if (form === 'usedTo' || form === 'can') return [];
  if (verb === 'am') return form === 'wish' ? [] : strivingOf(statement);
  if (!wanting.has(verb)) return [];
  if ((verb === 'love' || verb === 'like') && form !== 'wish') return [];
  if (form === 'wish' && verb !== 'love' && verb !== 'like') return [];
  if (verb === 'wanted' && form !== 'perfect') return [];
  if (verb === 'dream')
    return /^(?:of|about)$/u.test(norm(words, at + 1))
      ? aimed(statement, gerundAim(words, at + 2, statement.stop))
      : [];
  let from = at + 1;
  while (/^(?:really|also|one|day|someday|eventually|finally|someday)$/u.test(norm(words, from))) from += 1;
  return norm(words, from) === 'to' ? aimed(statement, aimAt(words, from + 1, statement.stop)) : [];
}

function strivingOf(statement: Statement): Lesson[] {
  const { words, stop, isNegated } = statement;
  const at = complementAt(statement);
  const said = norm(words, at);
  if (striving.has(said)) {
    if (said === 'planning' && norm(words, at + 1) === 'on')
      return aimed(statement, gerundAim(words, at + 2, stop));
    return norm(words, at + 1) === 'to' ? aimed(statement, aimAt(words, at + 2, stop)) : [];
  }
  if (isNegated) return [];
  if (said === 'learning') return learningOf(statement, at);
  if (said === 'training' && norm(words, at + 1) === 'for')
    return aimed(statement, raceAt(words, at + 2, stop));
  if (said === 'saving') {
    const from = norm(words, at + 1) === 'up' ? at + 2 : at + 1;
    return norm(words, from) === 'for' ? aimed(statement, boughtAt(words, from + 1, stop)) : [];
  }
  if (said === 'dreaming' && norm(words, at + 1) === 'of')
    return aimed(statement, gerundAim(words, at + 2, stop));
  return [];
}

function aimed(statement: Statement, aim: Aim | null, isDone = false): Lesson[] {
  if (aim === null) return [];
  const { words, first, isNegated } = statement;
  const object = plain(aim.object).slice(0, 54).trim();
  const wants = isNegated ? `Does not want to ${aim.words}` : `Wants to ${aim.words}`;
  const value = isDone ? aim.words : wants;
  return [
    lessonOf({
      category: 'goals',
      type: 'goal',
      key: keyOf('goal', object),
      object,
      value,
      isNegative: isNegated,
      words,
      first,
      end: aim.end,
    }),
  ];
}

/** "I am learning Japanese and guitar". */
function learningOf(statement: Statement, at: number): Lesson[] {
  const { words, stop } = statement;
  const next = norm(words, at + 1);
  if (/^(?:a|an|more|about|from|how|so|lot|lots|what|that)$/u.test(next)) return [];
  const { things, end } = thingsAt(words, at + 1, stop);
  return things
    .filter(({ isNegated }) => !isNegated)
    .flatMap((thing) => {
      const name = named(thing.words);
      return aimed(statement, { object: `learn ${thing.object}`, words: `Is learning ${name}`, end }, true);
    });
}

/** "For a marathon". */
function raceAt(words: Word[], from: number, stop: number): Aim | null {
  const thing = thingAt(words, from, stop);
  if (thing === null) return null;
  const race = /\b(?:marathon|triathlon|race|ultramarathon|10k|5k|ironman)$/u.exec(thing.object);
  if (race === null) return null;
  const name = oneOf(thing.words);
  return race[0] === 'marathon'
    ? { object: `run a ${thing.object}`, words: `run ${name}`, end: thing.end }
    : { object: `compete in a ${thing.object}`, words: `compete in ${name}`, end: thing.end };
}

const loose = /^(?:you|your|it|this|that|them|him|her|these|those|here|me|what|how)$/u;
const late =
  /^(?:because|by|before|so|since|when|while|and|but|this|next|within|one|someday|until|if|even|after|as|though|without|or|eventually)$/u;

/** "My goal is to …": what one calls one's goal may be anything. */
export function statedGoal(statement: Statement, from: number): Lesson[] {
  const { words, stop } = statement;
  if (norm(words, from) !== 'to') {
    const aim = gerundAim(words, from, stop);
    return aimed(statement, aim);
  }
  const known = aimAt(words, from + 1, stop);
  if (known !== null) return aimed(statement, known);
  let at = from + 1;
  while (at < stop && at < from + 8 && !words[at]!.isMark && !late.test(norm(words, at))) {
    if (loose.test(norm(words, at))) return [];
    at += 1;
  }
  if (at < from + 3 || at === from + 8) return [];
  const phrase = words.slice(from + 1, at);
  const object = phrase
    .map((word) => word.norm)
    .filter((it) => it !== 'my' && it !== 'own')
    .join(' ');
  return aimed(statement, {
    object,
    words: phrase.map(({ text, norm: it }) => (it === 'my' ? 'their' : text)).join(' '),
    end: at,
  });
}
