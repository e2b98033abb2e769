import type { Lesson } from '../fact.ts';
import { fieldOf } from './gazetteer.ts';
import { lessonOf } from './lesson.ts';
import type { Statement } from './statement.ts';
import { keyOf } from './naming.ts';
import { type Named, type Thing, thingAt } from './thing.ts';
import type { Word } from './utterance.ts';

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

/** What somebody prefers to something else, and the tools he uses. */
export function wishesOf(statement: Statement): Lesson[] {
  const { verb, form, isNegated } = statement;
  if (form === 'wish' || form === 'can' || form === 'usedTo' || isNegated) return [];
  if (verb === 'prefer') return preferenceOf(statement);
  if (verb === 'use') return toolOf(statement, statement.at + 1);
  if (verb === 'code' || verb === 'program')
    return norm(statement.words, statement.at + 1) === 'in' ? toolOf(statement, statement.at + 2) : [];
  return [];
}

const isTool = (object: string): boolean =>
  fieldOf(object) === 'programming' || /^c (?:plus plus|sharp)$/u.test(object) || tools.has(object);
const tools = new Set(
  'excel,photoshop,figma,notion,obsidian,blender,jira,slack,word,powerpoint,google docs,latex,ableton,premiere,lightroom,autocad,matlab,tableau,power bi,unity,unreal,godot,evernote,trello,todoist,onenote,r,ubuntu,debian,arch linux,fedora'.split(
    ',',
  ),
);
const noTools = new Set(
  'code,coding,software,programming,bug,debugging,api,database,databases,algorithm,algorithms,compiler,git,github'.split(
    ',',
  ),
);

function preferenceOf(statement: Statement): Lesson[] {
  const { words, at, stop, first } = statement;
  if (norm(words, at + 1) === 'the') return [];
  const thing = preferredAt(words, at + 1, stop);
  if (thing === null || passing.test(thing.object)) return [];
  const other = /^(?:over|to|than)$/u.test(norm(words, thing.end))
    ? thingAt(words, thing.end + 1, stop)
    : rather(words, thing.end, stop);
  const value = other === null ? `Prefers ${thing.words}` : `Prefers ${thing.words} over ${other.words}`;
  const type = isTool(thing.object) ? 'tool_preference' : 'preference';
  return [
    lessonOf({
      category: 'preferences',
      type,
      key: keyOf('preference', thing.object),
      object: thing.object,
      value,
      words,
      first,
      end: other?.end ?? thing.end,
    }),
  ];
}

/** What is preferred of what is on offer, not in general. */
const passing =
  /^(?:red|blue|green|white|black|yellow|pink|purple|grey|gray|orange|brown|small|medium|large|refunds?|exchange|replacement|delivery|aisle|monday|tuesday|wednesday|thursday|friday|saturday|sunday|cash|card|paypal|(?:blue|red|green|white|black) .*)$/u;

const rather = (words: Word[], end: number, stop: number): Pick<Thing, 'words' | 'end'> | null =>
  norm(words, end) === 'rather' && norm(words, end + 1) === 'than' ? thingAt(words, end + 2, stop) : null;

/** Ways to spend time or to get about are preferred as well: "working in the morning". */
function preferredAt(words: Word[], from: number, stop: number): Named | null {
  const thing = thingAt(words, from, stop);
  if (thing !== null) return thing;
  if (
    !/^(?:working|talking|paying|living|calling|texting|shopping|staying|driving|walking|being|flying)$/u.test(
      norm(words, from),
    )
  )
    return null;
  let end = from + 1;
  while (
    end < stop &&
    end < from + 5 &&
    !words[end]!.isMark &&
    !/^(?:and|but|over|to|than|because|you|it|this|that|rather|your|i|my)$/u.test(norm(words, end))
  )
    end += 1;
  if (end < from + 2) return null;
  const said = words
    .slice(from, end)
    .map((word) => word.norm)
    .join(' ');
  return { object: said, words: said, end };
}

function toolOf(statement: Statement, from: number): Lesson[] {
  const { words, stop, first } = statement;
  const lessons: Lesson[] = [];
  let at = from;
  for (let limit = 0; limit < 5; limit += 1) {
    const thing = toolAt(words, at, stop);
    if (thing === null) break;
    lessons.push(
      lessonOf({
        category: 'preferences',
        type: 'tool',
        key: keyOf('tool', thing.object),
        object: thing.object,
        value: `Uses ${thing.words}`,
        words,
        first,
        end: thing.end,
      }),
    );
    if (!/^(?:,|and)$/u.test(norm(words, thing.end))) break;
    at = thing.end + (norm(words, thing.end + 1) === 'and' ? 2 : 1);
  }
  return lessons;
}

function toolAt(words: Word[], from: number, stop: number): Named | null {
  for (let length = 2; length > 0; length -= 1) {
    const thing = from + length <= stop ? thingAt(words, from, from + length) : null;
    if (thing !== null && thing.end === from + length && isTool(thing.object) && !noTools.has(thing.object))
      return thing;
  }
  return null;
}

export const isKind = (word: string): boolean => kinds.test(word);

const kinds =
  /^(?:colou?r|number|season|day|month|holiday|animal|letter|word|time|city|country|place|flower)$/u;

/** "My favourite colour is blue": of what there is one favourite. */
export function favouriteOf(statement: Statement, kind: string, from: number, after = 0): Lesson[] | null {
  if (!kinds.test(kind)) return null;
  const { words, stop, first, isNegated } = statement;
  if (isNegated) return [];
  const said = words.slice(from, Math.min(stop, from + 3));
  const end = said.findIndex(
    ({ norm: it, isMark }) => isMark || /^(?:and|but|because|so|i|when|since)$/u.test(it),
  );
  const phrase = (end < 0 ? said : said.slice(0, end)).filter(({ norm: it }) => it !== 'the');
  if (phrase.length === 0 || /^(?:not|a|an|what|when|it|that|this|my|your|always|to)$/u.test(phrase[0]!.norm))
    return [];
  const object = phrase
    .map(({ norm: it }) => it)
    .join(' ')
    .replaceAll(/[^\p{L}\p{N} ]+/gu, ' ')
    .trim();
  const type = `favourite_${kind.replace('color', 'colour')}`;
  const name = phrase.map(({ text }) => text).join(' ');
  if (object === '') return [];
  return [
    lessonOf({
      category: 'preferences',
      type: 'favourite',
      key: type,
      object,
      value: `Has ${name} as favourite ${kind.replace('color', 'colour')}`,
      words,
      first,
      end: Math.max(after, from + (end < 0 ? said.length : end)),
    }),
  ];
}
