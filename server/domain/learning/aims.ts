import { occupationAt } from './occupations.ts';
import { isLanguage, placeAt, titled } from './places.ts';
import { thingAt } from './thing.ts';
import { oneOf } from './naming.ts';
import type { Word } from './utterance.ts';

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

/** What is aimed at: the verb and what it takes, canonical and as it is shown. */
export type Aim = { object: string; words: string; end: number };

export const named = (said: string): string => {
  const words = said.replace(/^playing (?:the )?/u, '');
  return isLanguage(words.toLowerCase()) ? titled(words.toLowerCase()) : words;
};

const possessions =
  /^(?:house|home|apartment|flat|boat|car|condo|bike|motorcycle|wedding|ring|camper|van|campervan|cottage|cabin|trip|holiday|vacation|farm|land|guitar|piano|retirement|college|university|honeymoon|motorbike)$/u;

/** What is saved for: a house, a wedding. */
export function boughtAt(words: Word[], from: number, stop: number): Aim | null {
  let at = from;
  while (/^(?:an?|my|our|own|new|first|bigger|the|used|second)$/u.test(norm(words, at))) at += 1;
  const thing = norm(words, at);
  if (at >= stop || !possessions.test(thing)) return null;
  const isBought = !/^(?:wedding|trip|holiday|vacation|retirement|college|university|honeymoon)$/u.test(
    thing,
  );
  const isOne = !/^(?:retirement|college|university|land)$/u.test(thing);
  const name = isOne ? `a ${thing}` : thing;
  const aim = isBought ? `buy ${name}` : `save for ${name}`;
  return { object: aim, words: aim, end: at + 1 };
}

const bases = new Map(
  Object.entries({
    becoming: 'become',
    visiting: 'visit',
    owning: 'own',
    living: 'live',
    travelling: 'travel',
    moving: 'move',
    opening: 'open',
    starting: 'start',
    writing: 'write',
    running: 'run',
    learning: 'learn',
    buying: 'buy',
    being: 'become',
    studying: 'study',
    building: 'build',
    quitting: 'quit',
    losing: 'lose',
    climbing: 'climb',
  }),
);

export function gerundAim(words: Word[], at: number, stop: number): Aim | null {
  const verb = bases.get(norm(words, at));
  return verb === undefined ? null : aimOf(verb, words, at, stop);
}

/** What "to" is followed by, if it is something lasting. */
export function aimAt(words: Word[], from: number, stop: number): Aim | null {
  let at = from;
  while (/^(?:one|day|finally|eventually|really|also|someday|just|either)$/u.test(norm(words, at))) at += 1;
  return at < stop ? aimOf(norm(words, at), words, at, stop) : null;
}

/** Aims that take one of few things, as patterns of what follows the verb. */
const fixed: Record<string, RegExp> = {
  lose: /^(?:(?:some |more |a lot of |a few )?(?:weight|pounds|kilos|fat|belly fat)|\d+ ?(?:kg|kilos|pounds|lbs))\b/u,
  gain: /^(?:some )?(?:weight|muscle(?: mass)?)\b/u,
  build: /^(?:some )?(?:muscle|strength|(?:my|our|a) (?:own )?(?:house|home|business|company))\b/u,
  get: /^(?:fit|fitter|in shape|into shape|healthier|healthy|stronger|married|promoted|rich|a promotion|a phd|a degree|a masters?(?:'s)?(?: degree)?|out of debt|a tattoo|my (?:driving|driver's|drivers|pilot'?s?) licen[cs]e|a (?:dog|puppy|cat|kitten))\b/u,
  quit: /^(?:smoking|drinking|vaping|sugar|alcohol|caffeine|gambling|social media)\b/u,
  stop: /^(?:smoking|drinking|vaping|procrastinating|gambling)\b/u,
  retire: /^(?:early|at \d\d|in (?:spain|portugal|italy|florida)|by \d\d|soon)\b|^$/u,
  save: /^(?:(?:some |more )?money(?! on)|for retirement)\b/u,
  pay: /^off (?:my|our|all my|the) (?:debts?|loans?|student loans?|mortgage|credit cards?)\b/u,
  finish: /^(?:my|the) (?:thesis|degree|phd|novel|book|studies|dissertation)\b/u,
  complete: /^(?:my|the) (?:thesis|degree|phd|studies|dissertation)\b/u,
  graduate: /^(?:this year|next year|from (?:college|university)|soon)\b|^$/u,
  eat: /^(?:healthier|healthy|less (?:meat|sugar|junk food)|more (?:vegetables|fruit|protein))\b/u,
  sleep: /^(?:better|more|earlier)\b/u,
  exercise: /^(?:more|regularly|every day)\b/u,
  read: /^(?:more(?: books)?|\d+ books)\b/u,
  find: /^(?:a (?:new |better )?(?:job|girlfriend|boyfriend|partner|wife|husband)|love)\b/u,
  change: /^(?:careers?|my career|jobs)\b/u,
  switch: /^(?:careers?|jobs)\b/u,
  have: /^(?:kids|children|a family|a baby)\b/u,
  start:
    /^(?:(?:a|an|my|our) (?:own )?(?:small |online |new )?(?:business|company|startup|family|podcast|blog|band|farm|restaurant|bakery)|running|exercising|meditating|investing)\b/u,
  open: /^(?:a|an|my|our) (?:own )?(?:small |little )?(?:bakery|restaurant|cafe|café|shop|bar|studio|bookstore|bookshop|gym|salon|brewery|gallery|school|coffee shop)\b/u,
  launch: /^(?:a|my|our) (?:own )?(?:startup|business|company|podcast|brand|product)\b/u,
  own: /^(?:a|an|my) (?:own )?(?:house|home|farm|business|restaurant|bakery|boat|horse)\b/u,
  write: /^(?:a|my|my first|my own) (?:book|novel|memoir|screenplay|cookbook|musical)\b/u,
  run: /^(?:(?:a|my first|the|an) )?(?:half )?(?:marathon|ultramarathon|10k|5k)\b/u,
  adopt: /^(?:a|another) (?:dog|cat|child|puppy|kitten)\b/u,
  climb: /^(?:mount )?(?:everest|kilimanjaro|k2|mont blanc|the matterhorn)\b/u,
  save_up: /^$/u,
  live: /^(?:abroad|in (?:spain|italy|france|japan|portugal|canada|australia)|by the sea|healthier)\b/u,
  earn: /^(?:a degree|my phd|my degree|more money)\b/u,
  pass: /^(?:my|the|all my) (?:\w+ )?(?:exams?|driving test|finals)\b/u,
  improve:
    /^my (?:english|spanish|french|german|italian|japanese|health|fitness|writing|grades|cooking|public speaking|sleep|diet|chess|pronunciation|vocabulary|posture)\b/u,
  cut: /^(?:down on|out) (?:sugar|meat|alcohol|carbs|caffeine|smoking)\b/u,
  see: /^the (?:northern lights|world|pyramids)\b/u,
  reach: /^\d+ (?:followers|subscribers)\b/u,
};

function aimOf(verb: string, words: Word[], at: number, stop: number): Aim | null {
  const open = free.get(verb);
  if (open !== undefined) {
    const aim = open(words, at + 1, stop);
    if (aim !== null) return aim;
  }
  const pattern = Object.hasOwn(fixed, verb) ? fixed[verb] : undefined;
  return pattern === undefined ? null : fixedAim(pattern, verb, words, at, stop);
}

function fixedAim(pattern: RegExp, verb: string, words: Word[], at: number, stop: number): Aim | null {
  let rest = '';
  for (let index = at + 1; index < Math.min(stop, at + 7) && !words[index]!.isMark; index += 1) {
    rest += `${rest === '' ? '' : ' '}${norm(words, index)}`;
  }
  const match = pattern.exec(rest);
  if (match === null) return null;
  const count = match[0] === '' ? 0 : match[0].split(' ').length;
  const object = `${verb} ${match[0]}`
    .replace(/\b(?:my|our) own (?:new )?/u, 'a ')
    .replace(/ my first /u, ' a ')
    .replace(/ (?:some|small|online|little|new) /u, ' ')
    .trim();
  const canonical = verb === 'run' ? object.replace(/^run (?:the )?(?=half|marathon)/u, 'run a ') : object;
  return {
    object:
      verb === 'stop' && /smoking|drinking/u.test(match[0])
        ? `quit ${match[0]}`
        : canonical.replace(' my ', ' '),
    words: canonical
      .replace(/\bmy\b/u, 'their')
      .split(' ')
      .map((word) => (isLanguage(word) ? titled(word) : word))
      .join(' '),
    end: at + 1 + count,
  };
}

type Reader = (words: Word[], from: number, stop: number) => Aim | null;

const free = new Map<string, Reader>([
  ['learn', learnAim],
  ['master', (words, from, stop) => objectAim('master', words, from, stop)],
  ['study', (words, from, stop) => objectAim('study', words, from, stop)],
  ['visit', (words, from, stop) => placeAim('visit', words, from, stop)],
  ['travel', travelAim],
  [
    'go',
    (words, from, stop) => (norm(words, from) === 'to' ? placeAim('visit', words, from + 1, stop) : null),
  ],
  ['see', (words, from, stop) => placeAim('visit', words, from, stop)],
  [
    'move',
    (words, from, stop) =>
      norm(words, from) === 'to'
        ? placeAim('move to', words, from + 1, stop)
        : norm(words, from) === 'abroad'
          ? { object: 'move abroad', words: 'move abroad', end: from + 1 }
          : null,
  ],
  [
    'live',
    (words, from, stop) => (norm(words, from) === 'in' ? placeAim('live in', words, from + 1, stop) : null),
  ],
  ['become', becomeAim],
  ['be', becomeAim],
  [
    'buy',
    (words, from, stop) => {
      const aim = boughtAt(words, from, stop);
      return aim !== null &&
        /(?:house|home|apartment|flat|boat|land|farm|cottage|cabin|condo)$/u.test(aim.object)
        ? aim
        : null;
    },
  ],
  [
    'save',
    (words, from, stop) => {
      const at = norm(words, from) === 'up' ? from + 1 : from;
      return norm(words, at) === 'for' ? boughtAt(words, at + 1, stop) : null;
    },
  ],
  [
    'get',
    (words, from, stop) =>
      norm(words, from) === 'better' && norm(words, from + 1) === 'at'
        ? objectAim('get better at', words, from + 2, stop)
        : null,
  ],
]);

function learnAim(words: Word[], from: number, stop: number): Aim | null {
  let at = from;
  if (norm(words, at) === 'how' && norm(words, at + 1) === 'to') at += 1;
  if (norm(words, at) === 'to') {
    const thing = thingAt(words, at + 1, stop, true);
    return thing === null
      ? null
      : { object: `learn ${thing.object}`, words: `learn ${named(thing.words)}`, end: thing.end };
  }
  if (/^(?:more|about|from|how|what|why|all|some|if|a|something|new)$/u.test(norm(words, at))) {
    if (!/^(?:some|more)$/u.test(norm(words, at)) || !isLanguage(norm(words, at + 1))) return null;
    at += 1;
  }
  return objectAim('learn', words, at, stop);
}

function objectAim(verb: string, words: Word[], from: number, stop: number): Aim | null {
  if (norm(words, from) === 'my' || norm(words, from) === 'your') return null;
  // "The piano" may be learned, and so may other things with their article.
  const begin = norm(words, from) === 'the' ? from + 1 : from;
  const thing = thingAt(words, begin, stop);
  if (thing === null || thing.end - begin > 3) return null;
  return { object: `${verb} ${thing.object}`, words: `${verb} ${named(thing.words)}`, end: thing.end };
}

function placeAim(verb: string, words: Word[], from: number, stop: number): Aim | null {
  const place = placeAt(words, from, stop);
  return place === null
    ? null
    : { object: `${verb} ${place.object}`, words: `${verb} ${place.name}`, end: place.end };
}

function travelAim(words: Word[], from: number, stop: number): Aim | null {
  const at = /^(?:to|around|through)$/u.test(norm(words, from)) ? from + 1 : from;
  if (norm(words, at) === 'the' && norm(words, at + 1) === 'world')
    return { object: 'travel the world', words: 'travel the world', end: at + 2 };
  if (norm(words, at) === 'more' && at === from)
    return { object: 'travel more', words: 'travel more', end: at + 1 };
  return at === from
    ? null
    : placeAim(norm(words, from) === 'to' ? 'visit' : 'travel around', words, at, stop);
}

function becomeAim(words: Word[], from: number, stop: number): Aim | null {
  if (norm(words, from) === 'fluent' && norm(words, from + 1) === 'in' && isLanguage(norm(words, from + 2))) {
    return {
      object: `learn ${norm(words, from + 2)}`,
      words: `become fluent in ${titled(norm(words, from + 2))}`,
      end: from + 3,
    };
  }
  if (/^(?:healthier|fitter|vegan|vegetarian|stronger|rich|famous)$/u.test(norm(words, from))) {
    return { object: `become ${norm(words, from)}`, words: `become ${norm(words, from)}`, end: from + 1 };
  }
  if (!/^an?$/u.test(norm(words, from))) return null;
  const trade = occupationAt(words, from, stop, false);
  if (trade === null) return null;
  const name = oneOf(trade.name);
  return { object: `become ${name.toLowerCase()}`, words: `become ${name}`, end: trade.end };
}
