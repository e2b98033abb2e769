import type { Lesson } from '../fact.ts';
import { lessonOf } from './lesson.ts';
import { occupationAt, type Occupation } from './occupations.ts';
import { bodyAt, companies } from './companies.ts';
import { degreeOf, isFormer, schoolOf, slotted, studentAt, studyingOf } from './studies.ts';
import { complementAt, type Statement } from './statement.ts';
import { plain, oneOf } from './naming.ts';
import { thingAt } from './thing.ts';
import type { Word } from './utterance.ts';

/** What somebody works, where, and what he studies. */
export function workOf(statement: Statement): Lesson[] {
  const { verb, form } = statement;
  if (form === 'wish' || form === 'can') return [];
  if (verb === 'am' || verb === 'was') return tradeOf(statement);
  return verbs.get(verb)?.(statement) ?? [];
}

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

const verbs = new Map<string, (statement: Statement) => Lesson[]>([
  ['work', workingOf],
  ['worked', workingOf],
  ['became', (said) => tradeAt(said, said.at + 1, false)],
  ['become', (said) => tradeAt(said, said.at + 1, false)],
  ['study', (said) => studyingOf(said, said.at + 1)],
  ['studied', (said) => studyingOf(said, said.at + 1)],
  ['joined', (said) => (said.isNegated ? [] : employedAt(said, said.at + 1, 'at'))],
  ['left', leavingOf],
  ['quit', leavingOf],
  ['started', startingOf],
  ['got', startingOf],
  ['run', businessOf],
  ['own', businessOf],
  ['have', degreeOf],
  ['go', schoolOf],
  ['attend', schoolOf],
  [
    'retired',
    (said) =>
      said.isNegated
        ? []
        : [slotted(said, said.at + 1, { type: 'work_status', object: 'retired', value: 'Is retired' })],
  ],
  ['teach', (said) => teachingOf(said)],
]);

/** "I am a nurse", "I am not a nurse", "I was a nurse", "I am studying law". */
function tradeOf(statement: Statement): Lesson[] {
  const { words } = statement;
  const at = complementAt(statement);
  const said = norm(words, at);
  if (statement.verb === 'am') {
    if (said === 'working' || said === 'employed') return workingOf({ ...statement, at, verb: 'work' });
    if (/^(?:studying|majoring)$/u.test(said))
      return studyingOf({ ...statement, verb: 'study' }, said === 'majoring' ? at + 2 : at + 1);
    const status = norm(words, at + 1) === 'student' ? null : statusAt(statement, at);
    if (status !== null) return [status];
  }
  if (statement.verb === 'was' && statement.isNegated) return [];
  return [...listedTrades(statement, at)];
}

/** "Anna, 34, a nurse": the trade may stand behind the name and the age. */
function listedTrades(statement: Statement, from: number): Lesson[] {
  const { words, stop } = statement;
  let at = from;
  for (let limit = 0; limit < 4; limit += 1) {
    const hasArticle =
      /^(?:an?|the)$/u.test(norm(words, at)) || (limit === 0 && /^[A-Z]{3}$/u.test(words[at]?.text ?? ''));
    const lessons = hasArticle ? tradeAt(statement, at, true) : statusAsList(statement, at);
    if (lessons.length > 0) return lessons;
    const next = words.findIndex(
      (word, index) => index > at && index < stop && (word.norm === ',' || word.norm === 'and'),
    );
    if (next < 0 || next - at > 4 || hasArticle) return [];
    at = next + 1;
    if (norm(words, at) === 'and') at += 1;
  }
  return [];
}

function statusAsList(statement: Statement, at: number): Lesson[] {
  const status = statement.verb === 'am' ? statusAt(statement, at) : null;
  return status === null ? [] : [status];
}

function tradeAt(statement: Statement, at: number, isComplement: boolean): Lesson[] {
  const { words, stop } = statement;
  const student = studentAt(statement, at);
  if (student !== null) return student;
  const trade = occupationAt(words, at, stop, false);
  if (trade === null || (!isComplement && statement.isNegated)) return [];
  const isPast = trade.isFormer || isFormer(statement);
  if (isPast && statement.isNegated) return [];
  return tradeLessons(statement, trade, isPast);
}

function tradeLessons(statement: Statement, trade: Occupation, isPast: boolean): Lesson[] {
  const lesson = slotted(
    statement,
    trade.end,
    { type: 'occupation', object: trade.object, value: worksAs(statement, trade.name, isPast) },
    isPast,
  );
  return [lesson, ...employerAfter(statement, trade.end, isPast)];
}

function worksAs({ isNegated, isOver }: Statement, name: string, isPast: boolean): string {
  const trade = oneOf(name);
  if (isPast) return `Used to work as ${trade}`;
  if (!isNegated) return `Works as ${trade}`;
  return isOver ? `No longer works as ${trade}` : `Does not work as ${trade}`;
}

/** "… at Google". */
function employerAfter(statement: Statement, end: number, isPast: boolean): Lesson[] {
  const preposition = norm(statement.words, end);
  if (preposition !== 'at' && preposition !== 'for') return [];
  if (statement.isNegated) return [];
  return employedAt(statement, end + 1, preposition, isPast);
}

const statuses = new Map(
  Object.entries({
    retired: 'retired',
    unemployed: 'unemployed',
    jobless: 'unemployed',
    'self-employed': 'self-employed',
    freelance: 'freelance',
    freelancing: 'freelance',
    'between jobs': 'unemployed',
    'a freelancer': 'freelance',
    'a student': 'student',
    'a pensioner': 'retired',
  }),
);

function statusAt(statement: Statement, at: number): Lesson | null {
  const { words, stop } = statement;
  const one = norm(words, at);
  const two = `${one} ${norm(words, at + 1)}`;
  const isSelf = one === 'self' && /^(?:employed|-|,)$/u.test(norm(words, at + 1));
  const object = isSelf ? 'self-employed' : (statuses.get(one) ?? statuses.get(two));
  if (object === undefined) return null;
  const end = isSelf || !statuses.has(one) ? at + 2 : at + 1;
  if (
    end < stop &&
    /^(?:from|discount|loan|account|teacher|nurse|doctor|engineer|visa|card|of)$/u.test(norm(words, end))
  )
    return null;
  const state = object === 'student' ? 'a student' : object;
  return slotted(statement, end, {
    type: 'work_status',
    object,
    value: `${statement.isNegated ? 'Is not' : 'Is'} ${state}`,
  });
}

/** "I work at Google", "as a nurse", "in finance", "from home". */
function workingOf(statement: Statement): Lesson[] {
  const { words, at, stop } = statement;
  if (statement.verb === 'worked' && statement.form === 'plain' && statement.isNegated) return [];
  if (statement.form === 'usedTo' && statement.isNegated) return [];
  const lessons: Lesson[] = [];
  let from = at + 1;
  for (let limit = 0; limit < 4 && from < stop; limit += 1) {
    const found = workPart(statement, from);
    if (found.length > 0) {
      lessons.push(...found.slice(0, 2));
      from = endOf(words, found.at(-1)!, from);
    } else if (
      /^(?:now|currently|mostly|full-time|part-time|full|part|time|mainly|there|here|remotely|nights)$/u.test(
        norm(words, from),
      )
    )
      from += 1;
    else break;
  }
  return lessons;
}

const endOf = (words: Word[], { end }: Lesson, from: number): number => {
  let at = from;
  while (at < words.length && words[at]!.start < end) at += 1;
  return at;
};

function workPart(statement: Statement, from: number): Lesson[] {
  const { words, stop, isNegated } = statement;
  const said = norm(words, from);
  const isPast = isFormer(statement);
  if (said === 'as') return workingAs(statement, from + 1);
  if (said === 'at' || said === 'for') return employedAt(statement, from + 1, said);
  if (said === 'with' || isNegated) return [];
  if (said === 'in') return industryAt(statement, from + 1);
  const mode = modeAt(words, from, stop);
  if (mode === null || isPast) return [];
  return [
    slotted(statement, mode.end, { type: 'work_mode', object: mode.object, value: `Works ${mode.object}` }),
  ];
}

function modeAt(words: Word[], from: number, stop: number): { object: string; end: number } | null {
  const one = norm(words, from);
  const next = norm(words, from + 1);
  if (one === 'from' && next === 'home' && /^(?:today|tomorrow|this)$/u.test(norm(words, from + 2)))
    return null;
  if (one === 'from' && next === 'home') return { object: 'from home', end: from + 2 };
  if (one === 'remotely' || one === 'nights' || one === 'part-time' || one === 'full-time')
    return { object: one, end: from + 1 };
  if (/^(?:part|full)$/u.test(one) && next === 'time') return { object: `${one}-time`, end: from + 2 };
  const isShift = one === 'night' && /^shifts?$/u.test(next) && from + 1 < stop;
  return isShift ? { object: 'night shifts', end: from + 2 } : null;
}

function workingAs(statement: Statement, from: number): Lesson[] {
  const { words, stop } = statement;
  const isPast = isFormer(statement);
  if (!/^(?:an?|the|head|chief|senior|junior|lead)$/u.test(norm(words, from))) return [];
  const trade = occupationAt(words, from, stop, true);
  if (trade === null) return [];
  return tradeLessons(statement, trade, isPast);
}

function employedAt(
  statement: Statement,
  from: number,
  preposition: string,
  isPast = isFormer(statement),
): Lesson[] {
  const { words, stop, isNegated, isOver } = statement;
  const body = bodyAt(words, from, stop, true);
  if (body === null) return [];
  const where = `${preposition} ${body.article}${body.name}`;
  const value = isPast
    ? `Used to work ${where}`
    : isNegated
      ? isOver
        ? `No longer works ${where}`
        : `Does not work ${where}`
      : `Works ${where}`;
  const object = plain(body.name.toLowerCase());
  return object === '' ? [] : [slotted(statement, body.end, { type: 'employer', object, value }, isPast)];
}

const industries = new Set(
  'finance,it,tech,technology,marketing,sales,healthcare,education,construction,retail,hospitality,logistics,insurance,banking,advertising,media,publishing,agriculture,manufacturing,engineering,hr,human resources,real estate,customer service,customer support,software,software development,data science,cybersecurity,consulting,government,tourism,law,accounting,research,academia,biotech,pharma,pharmaceuticals,fashion,journalism,film,the film industry,film industry,music industry,gaming,game industry,aviation,automotive,energy,oil and gas,transport,transportation,public health,social work,childcare,theatre,telecom,telecommunications,design,fintech,e-commerce,ecommerce,administration,purchasing,procurement,quality assurance,operations,product management,machine learning'.split(
    ',',
  ),
);

function industryAt(statement: Statement, from: number): Lesson[] {
  const { words, stop } = statement;
  const begin = norm(words, from) === 'the' ? from + 1 : from;
  for (let length = 3; length > 0; length -= 1) {
    const end = begin + length;
    if (end > stop) continue;
    const object = words
      .slice(begin, end)
      .map((word) => word.norm)
      .join(' ');
    if (!industries.has(object)) continue;
    if (object === 'it' && words[begin]!.text !== 'IT') return [];
    const name = /^(?:it|hr)$/u.test(object) ? object.toUpperCase() : object;
    const value = isFormer(statement) ? `Used to work in ${name}` : `Works in ${name}`;
    return [slotted(statement, end, { type: 'industry', object: plain(object), value })];
  }
  const isCommon = /^an?$/u.test(norm(words, from));
  return isCommon ? employedAt(statement, from, 'in') : [];
}

/** What one leaves as a customer as well. */
const networks = /^(?:facebook|twitter|tiktok|linkedin|instagram|reddit|snapchat|netflix|spotify|youtube)$/u;

/** "I left Target with a bag": no job was left. */
const visits = /^(?:with|without|at|an?|the|early|yesterday|today|this|my|feedback|empty)$/u;

/** "I left Google", "I quit my job at Google". */
function leavingOf(statement: Statement): Lesson[] {
  const { words, at, stop, isNegated } = statement;
  if (isNegated || statement.form === 'usedTo') return [];
  if (
    norm(words, at + 1) === 'my' &&
    norm(words, at + 2) === 'job' &&
    /^(?:at|with)$/u.test(norm(words, at + 3))
  ) {
    return employedAt(statement, at + 4, 'at', true);
  }
  const company = norm(words, at + 1);
  if (at + 1 >= stop || !companies.has(company) || networks.test(company)) return [];
  const isVisit = visits.test(norm(words, at + 2)) && at + 2 < stop;
  return isVisit ? [] : employedAt(statement, at + 1, 'at', true);
}

/** "I started a new job at Spotify", "I got a job as a cook", "I started working at Google". */
function startingOf(statement: Statement): Lesson[] {
  const { words, at, isNegated } = statement;
  if (isNegated || statement.form === 'usedTo') return [];
  if (norm(words, at + 1) === 'working') return workingOf({ ...statement, at: at + 1, verb: 'work' });
  let from = at + 1;
  while (/^(?:a|my|new|job|position)$/u.test(norm(words, from))) from += 1;
  if (!/^(?:job|position)$/u.test(norm(words, from - 1))) return [];
  return workPart({ ...statement, verb: 'work' }, from);
}

function businessOf(statement: Statement): Lesson[] {
  const { words, at, stop, isNegated } = statement;
  if (isNegated || !/^(?:a|an|my)$/u.test(norm(words, at + 1))) return [];
  const begin = norm(words, at + 2) === 'own' ? at + 3 : at + 2;
  for (let end = begin + 1; end <= Math.min(stop, begin + 3); end += 1) {
    const isOne =
      /^(?:business|company|restaurant|bakery|shop|store|cafe|café|farm|salon|bar|startup|agency|studio|bookstore|bookshop|hotel|brewery|blog|gallery)$/u.test(
        norm(words, end - 1),
      );
    if (!isOne || norm(words, end) === 'account' || norm(words, end) === 'card') continue;
    const name = words
      .slice(begin, end)
      .map((word) => word.norm)
      .join(' ');
    const isPast = isFormer(statement);
    return [
      slotted(
        statement,
        end,
        { type: 'business', object: plain(name), value: `${isPast ? 'Used to run' : 'Runs'} a ${name}` },
        isPast,
      ),
    ];
  }
  return [];
}

/** "I teach maths": somebody who teaches a subject is its teacher. */
function teachingOf(statement: Statement): Lesson[] {
  const { words, at, stop, isNegated } = statement;
  const thing = thingAt(words, at + 1, stop);
  if (thing === null || isNegated || statement.form !== 'plain' || / /u.test(thing.object)) return [];
  return [
    slotted(statement, thing.end, {
      type: 'occupation',
      object: `${thing.object} teacher`,
      value: `Works as ${oneOf(thing.object)} teacher`,
    }),
  ];
}

/** "As a nurse, I work nights": what is taken for granted of oneself. */
export function presumedTrade(words: Word[], from: number): Lesson[] {
  if (norm(words, from) !== 'as' || !/^an?$/u.test(norm(words, from + 1))) return [];
  const trade = occupationAt(words, from + 1, words.length, false);
  if (trade === null || trade.isFormer) return [];
  let at = trade.end;
  if (norm(words, at) === ',') at += 1;
  if (
    norm(words, at) !== 'i' ||
    /^(?:want|would|should|will|could|can|might|need|do|was)$/u.test(norm(words, at + 1))
  )
    return [];
  const value = `Works as ${oneOf(trade.name)}`;
  return [
    lessonOf({
      category: 'work',
      type: 'occupation',
      key: 'occupation',
      object: trade.object,
      value,
      isInferred: true,
      words,
      first: from,
      end: trade.end,
    }),
  ];
}
