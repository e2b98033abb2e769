import type { Lesson } from '../fact.ts';
import { slotOf } from './lesson.ts';
import { isPartEnd, type Statement } from './statement.ts';
import type { Word } from './utterance.ts';

const tens: Record<string, number> = {
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  eighteen: 18,
  nineteen: 19,
  seventeen: 17,
  sixteen: 16,
};
const ones = ['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** "34", "34 years old", "thirty-four", "in my thirties". */
export function ageAt(statement: Statement, from: number): Lesson[] {
  const { words, stop, verb, form } = statement;
  if (form === 'usedTo') return [];
  let at = words[from]?.norm === 'aged' ? from + 1 : from;
  const decade = decadeAt(words, at);
  if (decade !== null)
    return statement.isNegated
      ? []
      : [
          slotOf(statement, at + decade.length, {
            category: 'personal',
            type: 'age',
            object: decade.object,
            value: `Is in their ${decade.object}`,
          }),
        ];
  const age = numberAt(words, at);
  if (age === null || age.value < 5 || age.value > 110) return [];
  if (/^-?ish$/u.test(words[words[age.end]?.isMark === true ? age.end + 1 : age.end]?.norm ?? '')) return [];
  if (/^(?:['’"/%:°+~]|°)$/u.test(words[age.end]?.norm ?? '') && age.end < stop) return [];
  at = age.end;
  let isSpelled = age.isSpelled;
  while (
    at < stop &&
    (/^(?:years?|yrs?|yo|y|o|old|year-old|years-old)$/u.test(words[at]!.norm) ||
      (words[at]!.norm === '-' && isSpelled) ||
      (words[at]!.norm === ',' && words[at + 1]?.norm === 'old'))
  ) {
    if (/^(?:years?|yrs?)$/u.test(words[at]!.norm) && !/^(?:old|,|young)$/u.test(words[at + 1]?.norm ?? ''))
      return [];
    isSpelled = true;
    at += 1;
  }
  if (
    !isSpelled &&
    (verb === 'turned' ? at < stop && words[at]!.norm === 'degrees' : !isPartEnd(words, at, stop))
  )
    return [];
  const object = String(age.value);
  return [
    slotOf(
      statement,
      at,
      {
        category: 'personal',
        type: 'age',
        object,
        value: `Is ${statement.isNegated ? 'not ' : ''}${object} years old`,
      },
      { isNegative: statement.isNegated },
    ),
  ];
}

function decadeAt(words: Word[], at: number): { object: string; length: number } | null {
  if (words[at]?.norm !== 'in' || words[at + 1]?.norm !== 'my') return null;
  let from = at + 2;
  if (/^(?:early|mid|late)$/u.test(words[from]?.norm ?? '')) from += 1;
  const said = words[from]?.norm ?? '';
  const spoken = Object.entries(tens).find(([name]) => `${name.slice(0, -1)}ies` === said);
  const object = spoken !== undefined ? `${spoken[1]}s` : /^[2-9]0s$/u.test(said) ? said : null;
  return object === null ? null : { object, length: from + 1 - at };
}

function numberAt(words: Word[], at: number): { value: number; end: number; isSpelled: boolean } | null {
  const said = words[at]?.norm ?? '';
  const digits = /^(0|[1-9]\d{0,2})(y|yo|yrs|f|years)?$/u.exec(said);
  if (digits !== null) return { value: Number(digits[1]), end: at + 1, isSpelled: digits[2] !== undefined };
  const [ten = '', one = ''] = said.split('-');
  const value = tens[ten];
  if (value === undefined) return null;
  const unit = ones.indexOf(one || (words[at + 1]?.norm ?? '-'));
  if (unit > 0) return { value: value + unit, end: one === '' ? at + 2 : at + 1, isSpelled: false };
  return { value, end: at + 1, isSpelled: false };
}

/** Whether a word begins a number in words, "thirty". */
export const isTen = (word: string): boolean => TEN.test(word);

const TEN = /^(?:(?:twen|thir|for|fif|six|seven|eigh|nine)ty|(?:six|seven|eigh|nine)teen)(?:-|$)/u;
