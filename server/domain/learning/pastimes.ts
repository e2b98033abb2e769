import type { Lesson } from '../fact.ts';
import { fieldOf } from './gazetteer.ts';
import { lessonOf } from './lesson.ts';
import { complementAt, type Statement } from './statement.ts';
import { keyOf } from './naming.ts';
import { gerundOf, type Named, type Thing, thingAt, thingsAt } from './thing.ts';
import type { Word } from './utterance.ts';

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

/** What somebody does for pleasure: plays, collects, goes hiking. */
export function pastimesOf(statement: Statement): Lesson[] {
  const { verb, form, words, at, stop } = statement;
  if (form === 'wish' || form === 'can') return [];
  if (verb === 'am') return doingOf(statement);
  if (/^(?:stopped|quit|gave)$/u.test(verb)) return stoppingOf(statement);
  if (statement.isNegated && !statement.isOver) return [];
  if (verb === 'play') return playing(statement, at + 1);
  if (verb === 'collect') return doing(statement, thingsAt(words, at + 1, stop), 'collect');
  if (verb === 'do' || verb === 'practice' || verb === 'practise')
    return doing(statement, ofFields(thingsAt(words, at + 1, stop), trained), verb);
  if (verb === 'go') return going(statement);
  if (/^(?:visit|attend|watch|read)$/u.test(verb))
    return form === 'plain' && isRegular(words, at, stop)
      ? inferred(statement, thingAt(words, at + 1, stop))
      : [];
  const gerund = gerundOf(verb);
  if (
    gerund === undefined ||
    fieldOf(gerund) === undefined ||
    form === 'perfect' ||
    /^(?:study|learn|write|code|program)$/u.test(verb)
  )
    return [];
  const isBare = at + 1 >= stop || words[at + 1]!.isMark;
  if (form !== 'usedTo' && !isBare && !isRegular(words, at, Math.min(stop, at + 5))) return [];
  if (!isBare && form === 'usedTo') return [];
  if (
    isBare &&
    /^(?:run|read|write|fish|box|row|sing|program|code|study|learn|eat|drink|travel)$/u.test(verb) &&
    form !== 'usedTo'
  )
    return [];
  return doing(
    statement,
    { things: [{ object: gerund, words: gerund, isNegated: false, end: at + 1 }], end: at + 1 },
    '',
  );
}

const trained = new Set(['health', 'sports', 'art', 'science', 'games', 'music']);
const played = new Set(['music', 'sports', 'games']);

type Things = { things: Thing[]; end: number };

const ofFields = ({ things, end }: Things, fields: Set<string>): Things => ({
  things: things.filter(({ object }) => fields.has(fieldOf(object) ?? '')),
  end,
});

function playing(statement: Statement, from: number): Lesson[] {
  const { words, stop } = statement;
  const isInstrument = norm(words, from) === 'the' && thingAt(words, from + 1, stop) !== null;
  const read = thingsAt(words, isInstrument ? from + 1 : from, stop);
  return doing(
    statement,
    isInstrument &&
      !/^(?:role|part|lottery|victim|stock|market|fool|field|game|long|waiting|blame|devil|hero|villain|clown|martyr|saint|host|odds|numbers|ponies|race|system|card|joker)$/u.test(
        norm(words, from + 1),
      )
      ? read
      : ofFields(read, played),
    'play',
  );
}

const every =
  /^(?:every|daily|weekly|monthly|regularly|weekends|twice|once|mornings|evenings|often|always|saturdays|sundays|times)$/u;

const isRegular = (words: Word[], from: number, stop: number): boolean =>
  words.slice(from + 1, stop).some(({ norm: it }) => every.test(it));

/** "I go hiking", "we go to the opera every month". */
function going(statement: Statement): Lesson[] {
  const { words, at, stop } = statement;
  const next = norm(words, at + 1);
  if (next.endsWith('ing') && fieldOf(next) !== undefined && at + 1 < stop) {
    const thing = { object: next, words: next, isNegated: false, end: at + 2 };
    return doing(statement, { things: [thing], end: at + 2 }, 'go');
  }
  if (next !== 'to' || !isRegular(words, at, stop) || statement.form === 'usedTo') return [];
  const thing = thingAt(words, at + 2, stop);
  return thing !== null &&
    /^(?:music|sports|movies|art|travel|nature|health)$/u.test(fieldOf(thing.object) ?? '')
    ? inferred(statement, thing)
    : [];
}

function inferred(statement: Statement, thing: Named | null): Lesson[] {
  if (
    thing === null ||
    fieldOf(thing.object) === undefined ||
    (/^(?:health|billing|orders|account|support|work|family)$/u.test(fieldOf(thing.object)!) &&
      thing.object !== 'gym')
  )
    return [];
  const { words, first, stop, isNegated } = statement;
  if (isNegated) return [];
  return [
    lessonOf({
      category: 'interests',
      type: 'topic_interest',
      key: keyOf('interest', thing.object),
      object: thing.object,
      value: `Shows interest in ${thing.words}`,
      isInferred: true,
      words,
      first,
      end: Math.min(stop, thing.end + 2),
    }),
  ];
}

/** "I have been playing guitar for years", "I am playing a lot of chess". */
function doingOf(statement: Statement): Lesson[] {
  const { words } = statement;
  const at = complementAt(statement);
  if (norm(words, statement.at) !== 'been' || statement.isNegated || norm(words, at) !== 'playing') return [];
  return playing({ ...statement, at }, at + 1);
}

/** "I stopped playing chess", "I gave up golf". */
function stoppingOf(statement: Statement): Lesson[] {
  const { words, at, stop, verb, isNegated } = statement;
  if (isNegated || (verb === 'gave' && norm(words, at + 1) !== 'up')) return [];
  const from = verb === 'gave' ? at + 2 : at + 1;
  if (!norm(words, from).endsWith('ing') && verb !== 'gave') return [];
  const said = norm(words, from);
  const read = thingsAt(words, from, stop);
  const known = {
    things: read.things.filter(
      ({ object }) =>
        fieldOf(object) !== undefined &&
        !/^(?:billing|orders|account|support|work|technology)$/u.test(fieldOf(object)!),
    ),
    end: read.end,
  };
  return doing(
    { ...statement, form: 'usedTo' },
    known,
    said === 'playing' ? 'play' : said === 'collecting' ? 'collect' : '',
  );
}

function doing(statement: Statement, { things, end }: Things, verb: string): Lesson[] {
  const { words, first, form, isOver } = statement;
  const isPast = form === 'usedTo' || isOver;
  return things
    .filter(({ isNegated }) => !isNegated)
    .map((thing) =>
      lessonOf({
        category: 'interests',
        type: 'topic_interest',
        key: keyOf('interest', thing.object),
        object: thing.object,
        value: valueOf(thing.words, verb, isPast),
        isPast,
        words,
        first,
        end,
      }),
    );
}

const thirds = new Map(
  Object.entries({
    play: 'Plays',
    collect: 'Collects',
    do: 'Does',
    practice: 'Practises',
    practise: 'Practises',
    go: 'Goes',
  }),
);

function valueOf(name: string, verb: string, isPast: boolean): string {
  const bare = verb === 'play' ? name.replace(/^playing /u, '') : name;
  if (isPast) return verb === '' ? `Used to like ${bare}` : `Used to ${verb} ${bare}`;
  const said = thirds.get(verb);
  return said === undefined ? `Shows interest in ${bare}` : `${said} ${bare}`;
}
