import type { Lesson } from '../fact.ts';
import { bodyAt } from './companies.ts';
import { slotOf } from './lesson.ts';
import { plain } from './naming.ts';
import { adverbs, type Statement } from './statement.ts';
import { thingAt } from './thing.ts';
import type { Word } from './utterance.ts';

type Slot = { type: string; object: string; value: string };

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

export function slotted(statement: Statement, end: number, slot: Slot, isPast = isFormer(statement)): Lesson {
  const isNegative = statement.isNegated && !isPast;
  return slotOf(statement, end, { category: 'work', ...slot }, { isNegative, isPast });
}

export const isFormer = ({ form, verb, isNegated }: Statement): boolean =>
  !isNegated && (form === 'usedTo' || (form !== 'perfect' && /^(?:was|worked|studied)$/u.test(verb)));

const subjects = new Map(
  Object.entries({
    medical: 'medicine',
    med: 'medicine',
    math: 'math',
    maths: 'math',
    nursing: 'nursing',
    cs: 'computer science',
    legal: 'law',
  }),
);
const noSubjects =
  /^(?:good|bad|first|second|third|fourth|year|university|college|school|high|phd|full-time|part-time|poor|exchange|graduate|undergraduate|international|master|masters|master's|bachelor|former|mature|final|lifelong|old|new|online|grad|\d.*|.*-year)$/u;

/** "A medical student", "a student of law"; null where it is no student. */
export function studentAt(statement: Statement, at: number): Lesson[] | null {
  const { words, stop, isNegated } = statement;
  const begin = /^an?$/u.test(norm(words, at)) ? at + 1 : at;
  const head = words.findIndex(
    (word, index) => index >= begin && index < Math.min(stop, begin + 4) && word.norm === 'student',
  );
  if (
    head < 0 ||
    words.slice(begin, head).some(({ norm: it, isMark }) => isMark || it === 'and' || it === 'of')
  )
    return null;
  const field = words.slice(begin, head).filter(({ norm: it }) => !noSubjects.test(it));
  if (field.length === 0) {
    if (norm(words, head + 1) === 'of')
      return studyingOf({ ...statement, verb: statement.verb === 'was' ? 'studied' : 'study' }, head + 2);
    if (statement.verb === 'was' || isNegated) return [];
    return [
      slotted(statement, head + 1, { type: 'work_status', object: 'student', value: 'Is a student' }),
      ...schoolAfter(statement, head + 1),
    ];
  }
  const said = field.map((word) => word.norm).join(' ');
  return [studies(statement, subjects.get(said) ?? said, head + 1), ...schoolAfter(statement, head + 1)];
}

function studies(statement: Statement, name: string, end: number): Lesson {
  const isPast = isFormer(statement);
  const value = isPast
    ? `Used to study ${name}`
    : statement.isNegated
      ? `Does not study ${name}`
      : `Studies ${name}`;
  return slotted(statement, end, { type: 'studies', object: plain(name), value }, isPast);
}

const noStudies = new Set(
  'hard,every,day,night,abroad,online,english abroad,there,well,harder,people,manual,manuals,market,answers,data,document,documents,contract,menu,map,results,question,problem,case,option,options,material,materials,full-time,part-time,law of attraction,exam,exams,test,tests,final,finals'.split(
    ',',
  ),
);

export function studyingOf(statement: Statement, from: number): Lesson[] {
  const { words, stop, isNegated } = statement;
  if (isNegated && !statement.isOver) return [];
  if (norm(words, from) === 'the' || norm(words, from) === 'to' || adverbs.has(norm(words, from))) return [];
  const thing = thingAt(words, from, stop);
  if (thing === null || noStudies.has(thing.object) || noStudies.has(norm(words, thing.end - 1))) return [];
  let name = thing.words;
  let end = thing.end;
  if (norm(words, end) === 'and') {
    const other = thingAt(words, end + 1, stop);
    if (other !== null && other.words.split(' ').length < 3 && !other.object.endsWith('ing')) {
      name = `${name} and ${other.words}`;
      end = other.end;
    }
  }
  return [studies(statement, name, end), ...schoolAfter(statement, end)];
}

function schoolAfter(statement: Statement, end: number): Lesson[] {
  if (norm(statement.words, end) !== 'at' || isFormer(statement)) return [];
  const name = bodyAt(statement.words, end + 1, statement.stop, false);
  if (name === null || statement.isNegated) return [];
  return [
    slotted(statement, name.end, {
      type: 'school',
      object: plain(name.name),
      value: `Studies at ${name.name}`,
    }),
  ];
}

export function schoolOf(statement: Statement): Lesson[] {
  const { words, at, stop } = statement;
  const from = norm(words, at) === 'go' ? (norm(words, at + 1) === 'to' ? at + 2 : -1) : at + 1;
  if (from < 0 || statement.form === 'usedTo') return [];
  const name = bodyAt(words, from, stop, false);
  if (
    name === null ||
    !/\b(?:university|college|school|mit|harvard|stanford|yale|oxford|cambridge|eth)\b/iu.test(name.name) ||
    statement.isNegated
  )
    return [];
  return [
    slotted(statement, name.end, {
      type: 'school',
      object: plain(name.name),
      value: `Studies at ${name.name}`,
    }),
  ];
}

/** "I have a degree in physics". */
export function degreeOf(statement: Statement): Lesson[] {
  const { words, at, stop, isNegated } = statement;
  const begin = /^an?$/u.test(norm(words, at + 1)) ? at + 2 : at + 1;
  for (let index = begin; index < Math.min(stop, begin + 3); index += 1) {
    if (
      !/^(?:degree|phd|master's|masters|master|bachelor's|bachelor|diploma|doctorate)$/u.test(
        norm(words, index),
      ) ||
      norm(words, index + 1) !== 'in'
    )
      continue;
    const thing = thingAt(words, index + 2, stop);
    if (thing === null || isNegated) return [];
    return [
      slotted(statement, thing.end, {
        type: 'degree',
        object: thing.object,
        value: `Has a degree in ${thing.words}`,
      }),
    ];
  }
  return [];
}
