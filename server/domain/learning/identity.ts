import type { Lesson } from '../fact.ts';
import { slotOf } from './lesson.ts';
import { isFirstName, isPlainFirstName } from './names.ts';
import { isDemonym, isPlace, placeAt, titled } from './places.ts';
import { ageAt, isTen } from './age.ts';
import { adverbs, complementAt, isPartEnd, type Statement } from './statement.ts';
import { languagesOf, nativeOf } from './tongue.ts';
import { plain } from './naming.ts';
import type { Word } from './utterance.ts';

type Slot = { type: string; object: string; value: string };

/** Who somebody is: age, home, origin, nationality, languages, and a name given with "I am". */
export function identityOf(statement: Statement): Lesson[] {
  const { verb, form } = statement;
  if (form === 'wish') return [];
  if (verb === 'am') return beingOf(statement);
  if (verb === 'was') return birthOf(statement);
  if (form === 'can' && verb !== 'speak') return [];
  const one = singles.get(verb);
  return one === undefined ? [] : one(statement);
}

const word = ({ words, at, stop }: Statement, offset: number): string =>
  at + offset < stop ? (words[at + offset]?.norm ?? '') : '';

const singles = new Map<string, (statement: Statement) => Lesson[]>([
  ['live', homeOf],
  ['reside', homeOf],
  ['lived', homeOf],
  ['resided', homeOf],
  ['living', homeOf],
  ['moved', movedOf],
  ['relocated', movedOf],
  ['settled', homeOf],
  ['left', (said) => leftAt(said, said.at + 1)],
  ['come', (said) => originOf(said, 1)],
  ['came', () => []],
  ['grew', (said) => (word(said, 1) === 'up' ? originOf(said, 2, 'Grew up in') : [])],
  ['turned', (said) => ageAt(said, said.at + 1)],
  ['speak', languagesOf],
  ['go', (said) => (word(said, 1) === 'by' ? nameAt(said, said.at + 2) : [])],
]);

function slotted(statement: Statement, end: number, slot: Slot, isPast = false): Lesson {
  return slotOf(
    statement,
    end,
    { category: 'personal', ...slot },
    { isNegative: statement.isNegated, isPast },
  );
}

function homeOf(statement: Statement): Lesson[] {
  const { words, at, stop, verb, form, isNegated, isOver } = statement;
  let from = at + 1;
  while (
    /^(?:together|alone|here|now|right|up|down|close|currently|mostly|just|happily)$/u.test(
      words[from]?.norm ?? '',
    )
  )
    from += 1;
  if (
    !/^(?:in|near|outside|to)$/u.test(words[from]?.norm ?? '') ||
    (words[from]!.norm === 'to' && words[from - 1]!.norm !== 'close')
  )
    return [];
  const near = words[from]!.norm !== 'in';
  const area = areaEnd(words, from + 1);
  const place = placeAt(words, area.end, stop);
  if (place === null) return [];
  const isPast =
    form === 'usedTo' ||
    (verb.endsWith('ed') && !/^(?:settled|based)$/u.test(verb) && !isOngoing(statement, place.end));
  if (isPast && (isNegated || (form === 'perfect' && !hasUntil(words, place.end, stop)))) return [];
  const where = `${near || area.isNear ? 'near' : 'in'} ${place.name}`;
  const value = isPast
    ? `Used to live ${where}`
    : livesOr(`Lives ${where}`, `live ${where}`, isNegated, isOver);
  return [slotted(statement, place.end, { type: 'home', object: place.object, value }, isPast)];
}

const livesOr = (so: string, not: string, isNegated: boolean, isOver: boolean): string =>
  !isNegated ? so : isOver ? `No longer ${not.replace(/^\w+/u, (verb) => `${verb}s`)}` : `Does not ${not}`;

/** "A village near Munich", "the suburbs of Paris". */
function areaEnd(words: Word[], from: number): { end: number; isNear: boolean } {
  for (let at = from; at < from + 6 && at < words.length; at += 1) {
    const { norm, isMark, text } = words[at]!;
    if (isMark || (/^\p{Lu}/u.test(text) && text.length > 1)) break;
    if (/^(?:near|outside|of|in)$/u.test(norm) && at > from)
      return { end: at + 1, isNear: norm === 'near' || norm === 'outside' };
    if (/^(?:with|and|but|for|to|on|because|i)$/u.test(norm)) break;
  }
  if (
    /^(?:beautiful|sunny|rainy|lovely|central|downtown|north|south|east|west|northern|southern|eastern|western)$/u.test(
      words[from]?.norm ?? '',
    )
  ) {
    return { end: from + 1, isNear: false };
  }
  return { end: from, isNear: false };
}

/** "I have lived in Oslo for ten years": still so. */
function isOngoing({ form, words, stop }: Statement, from: number): boolean {
  if (form !== 'perfect') return false;
  for (let at = from; at < stop; at += 1) if (/^(?:for|since)$/u.test(words[at]!.norm)) return true;
  return words.slice(0, from).some(({ norm }) => norm === 'always');
}

const hasUntil = (words: Word[], from: number, stop: number): boolean =>
  words.slice(from, stop).some(({ norm }) => norm === 'until' || norm === 'till' || norm === 'before');

function movedOf(statement: Statement): Lesson[] {
  const { words, at, stop, isNegated, form } = statement;
  if (isNegated || form === 'usedTo') return [];
  if (/^(?:away|out)$/u.test(word(statement, 1)) && /^(?:from|of)$/u.test(word(statement, 2)))
    return leftAt(statement, at + 3);
  let to = at + 1;
  for (; to < stop && words[to]!.norm !== 'to'; to += 1) {
    const { norm, isMark } = words[to]!;
    if (isMark || norm === 'and' || norm === 'my' || norm === 'the' || norm === 'our' || norm === 'it')
      return [];
    if (norm === 'out' || norm === 'away') return [];
  }
  const place = placeAt(words, to + 1, stop);
  if (place === null) return [];
  return [
    slotted(statement, place.end, { type: 'home', object: place.object, value: `Lives in ${place.name}` }),
  ];
}

/** "I moved away from Paris", "I left Paris": no journey, where nothing tells of one. */
function leftAt(statement: Statement, from: number): Lesson[] {
  const { words, stop, isNegated, form } = statement;
  const place = isNegated || form === 'usedTo' ? null : placeAt(words, from, stop);
  if (place === null || (statement.verb === 'left' && !isPlace(place.object))) return [];
  const next = place.end < stop ? (words[place.end]?.norm ?? '') : '';
  const isEnd =
    (statement.verb === 'left' ? place.end >= stop : isPartEnd(words, place.end, stop)) ||
    /^(?:forever|already|behind)$/u.test(next) ||
    (/^(?:for|in|last|years?|months?|\d+|a|two|three|five|ten)$/u.test(next) &&
      /^(?:good|\d{4}|years?|months?|few|couple)$/u.test(words[place.end + 1]?.norm ?? ''));
  if (!isEnd) return [];
  const said = { ...statement, isNegated: true };
  const value = `No longer lives in ${place.name}`;
  return [slotted(said, place.end, { type: 'home', object: place.object, value })];
}

function originOf(statement: Statement, offset: number, how = 'Comes from'): Lesson[] {
  const { words, at, stop, isNegated, form } = statement;
  const preposition = words[at + offset]?.norm;
  if (preposition !== (how === 'Comes from' ? 'from' : 'in') || form === 'usedTo') return [];
  const area = areaEnd(words, at + offset + 1);
  const place = placeAt(words, area.end, stop);
  if (place === null) return [];
  const value = isNegated ? `Does not come from ${place.name}` : `${how} ${place.name}`;
  return [slotted(statement, place.end, { type: 'origin', object: place.object, value })];
}

/** "I was born in Norway", "… in 1990", "… and raised in Rome". */
function birthOf(statement: Statement): Lesson[] {
  const { words, at, stop, isNegated } = statement;
  let from = at + 1;
  if (isNegated || !/^(?:born|raised)$/u.test(words[from]?.norm ?? '')) return [];
  while (/^(?:born|and|raised|bred)$/u.test(words[from]?.norm ?? '')) from += 1;
  if (words[from]?.norm !== 'in') return [];
  const year = words[from + 1]?.norm ?? '';
  if (/^(?:19[2-9]\d|20[01]\d)$/u.test(year)) {
    return [slotted(statement, from + 2, { type: 'birth_year', object: year, value: `Was born in ${year}` })];
  }
  const place = placeAt(words, areaEnd(words, from + 1).end, stop);
  if (place === null) return [];
  return [
    slotted(statement, place.end, {
      type: 'origin',
      object: place.object,
      value: `Was born in ${place.name}`,
    }),
  ];
}

/** What follows "I am", one after the other: "Anna, 34, a nurse from Oslo". */
function beingOf(statement: Statement): Lesson[] {
  const { words, stop, form } = statement;
  const at = complementAt(statement);
  const { norm } = words[at] ?? { norm: '' };
  if (norm === 'living' || norm === 'based') return homeOf({ ...statement, at, verb: norm });
  if (form === 'usedTo') return [];
  const lessons: Lesson[] = [];
  let part = at;
  for (let limit = 0; part < stop && limit < 5; limit += 1) {
    const found = partOf(statement, part, lessons.length > 0 || part === at);
    if (found !== null) lessons.push(...found);
    const next = nextPart(words, part, stop);
    if (next < 0 || (found === null && lessons.length === 0 && limit > 0)) break;
    part = next;
  }
  return lessons;
}

function partOf(statement: Statement, at: number, isFirst: boolean): Lesson[] | null {
  const { words, stop } = statement;
  const { norm } = words[at]!;
  if (norm === 'from') return asList(originOf({ ...statement, at: at - 1 }, 1));
  if (norm === 'called' || norm === 'named') return asList(nameAt(statement, at + 1));
  if (/^\p{N}/u.test(norm) || isTen(norm) || norm === 'in' || norm === 'aged')
    return asList(ageAt(statement, at));
  if (/^an?$/u.test(norm))
    return asList([...ageAt(statement, at + 1), ...nativeOf(statement, at + 1), ...fromOf(statement, at)]);
  if (norm === 'fluent' || norm === 'bilingual') return asList(languagesOf({ ...statement, at: at + 1 }));
  if (isDemonym(norm) && isPartEnd(words, at + 1, stop)) {
    const value = `${statement.isNegated ? 'Is not' : 'Is'} ${titled(norm)}`;
    return [slotted(statement, at + 1, { type: 'nationality', object: norm, value })];
  }
  if (norm === 'born') return asList(birthOf({ ...statement, at: at - 1 }));
  return isFirst ? asList(introducedAs(statement, at)) : null;
}

const asList = (lessons: Lesson[]): Lesson[] | null => (lessons.length === 0 ? null : lessons);

/** "… a nurse from Oslo". */
function fromOf(statement: Statement, at: number): Lesson[] {
  const { words, stop } = statement;
  for (let from = at + 1; from < Math.min(stop, at + 7); from += 1) {
    const { norm, isMark } = words[from]!;
    if (isMark || /^(?:and|but|who|that|of|fan|for)$/u.test(norm)) return [];
    if (norm === 'from') return originOf({ ...statement, at: from - 1 }, 1);
    if (norm === 'living' || norm === 'based') return homeOf({ ...statement, at: from, verb: norm });
  }
  return [];
}

function nextPart(words: Word[], from: number, stop: number): number {
  for (let at = from; at < stop; at += 1) {
    const { norm } = words[at]!;
    if (/^(?:who|which|that|because|if|when|but|with|for|so|to)$/u.test(norm)) return -1;
    if (norm !== ',' && norm !== 'and' && !(norm === 'from' && at > from)) continue;
    if (norm === 'from') return at;
    let next = at + 1;
    while (next < stop && /^(?:,|and|currently|originally|also|now)$/u.test(words[next]!.norm)) next += 1;
    return next < stop ? next : -1;
  }
  return -1;
}

const isNameLike = ({ text }: Word): boolean => /^\p{Lu}\p{Ll}+(?:[-'’]\p{L}+)*$/u.test(text);

/** "I am Anna": only what is known to be a name. */
function introducedAs(statement: Statement, at: number): Lesson[] {
  const { words, stop } = statement;
  const first = words[at]!;
  const isSure = isNameLike(first) ? isFirstName(first.norm) : isPlainFirstName(first.norm);
  if (!isSure) return [];
  let end = at + 1;
  while (end < stop && end < at + 3 && isNameLike(words[end]!) && !words[end]!.isMark) end += 1;
  if (
    !isPartEnd(words, end, stop) &&
    !/^(?:nice|need|have|my|the|a|can|please|want|am|with)$/u.test(words[end]!.norm)
  )
    return [];
  return [called(statement, at, end)];
}

function called(statement: Statement, at: number, end: number): Lesson {
  const phrase = statement.words.slice(at, end);
  const name = phrase
    .map(({ text, norm }) =>
      /^\p{Lu}/u.test(text) && (text.length < 2 || text !== text.toUpperCase()) ? text : titled(norm),
    )
    .join(' ');
  const object = plain(phrase.map(({ norm }) => norm).join(' '));
  return slotted(statement, end, {
    type: 'name',
    object,
    value: `${statement.isNegated ? 'Is not' : 'Is'} called ${name}`,
  });
}

const noNames = new Set(
  'i,we,wrong,missing,incorrect,misspelled,misspelt,not,on,in,spelled,spelt,different,too,a,an,the,my,your,is,back,later,tomorrow,today,when,at,if,asap,now,again,crazy,stupid,paranoid,old,whatever,what,anything,names,here,there,already,still,also,no,yes,and,but,or,it,that,this,so,very,really,being,getting,only,just,unique,hard,long,short,common,ready,up,out,to,by,for,me,you,him,her,mr,mrs,ms,dr,sir,off,soon,lazy,weird,maybe,please,ok,important,changed,shown,private,secret,visible,invalid,listed,unknown,under,mine,hidden,first,last,full,user,names'.split(
    ',',
  ),
);

/** The name that is said here, after "my name is" or "call me". */
export function nameAt(
  statement: Pick<Statement, 'words' | 'first' | 'stop' | 'isNegated'>,
  from: number,
): Lesson[] {
  const { words, stop } = statement;
  let end = from;
  while (end < stop && end < from + 4 && isNamePart(words, end, from, stop)) end += 1;
  const first = words[from];
  if (end === from || first === undefined) return [];
  if (words.slice(from, end).some(({ norm }) => commands.test(norm))) return [];
  if (!/^\p{Lu}/u.test(first.text) && !isFirstName(first.norm) && !isPartEnd(words, end, stop)) return [];
  const full = { at: from, verb: 'am', form: 'plain', isOver: false, isPlural: false, ...statement } as const;
  return [called(full, from, end)];
}

/** No names, but what is written into a form to break it. */
const commands =
  /^(?:drop|table|select|insert|delete|update|alter|null|undefined|nan|admin|root|script|alert|test|true|false|exec)$/u;

/** Parts of names that are small words as well: "Nguyễn Văn An". */
const late = /^(?:an|long|so)$/u;

function isNamePart(words: Word[], at: number, from: number, stop: number): boolean {
  const { norm, text, isMark } = words[at]!;
  const isLast = at > from && (at + 1 >= stop || words[at + 1]!.isMark);
  if (isLast && /^\p{Lu}\p{Ll}/u.test(text) && late.test(norm)) return true;
  if (isMark || noNames.has(norm) || !/^\p{L}[\p{L}\p{M}'’-]*$/u.test(text) || text.length > 25) return false;
  if (/^\p{Lu}/u.test(text)) return true;
  if (/(?:ed|ing|ly)$/u.test(norm) && !isFirstName(norm)) return false;
  return (
    at === from ||
    (isPartEnd(words, at + 1, stop) &&
      /^\p{Ll}/u.test(words[from]!.text) &&
      !adverbs.has(norm) &&
      !isPartEnd(words, at, stop))
  );
}
