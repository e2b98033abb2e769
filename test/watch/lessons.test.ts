import { expect, test } from 'vitest';
import { MalformedAnswerError, readAnswer } from '../../server/watch/lessons.ts';
import { showMessage } from '../../server/watch/prompt.ts';
import { backOff, Lanes } from '../../server/watch/retry.ts';
import { parseLearner } from '../../server/watch/settings.ts';
import { aLesson } from './stand-in.ts';

const text = 'Ich mag Jazz. Jazz is life 🎷 and I moved to Zürich';
const read = (lessons: object[], found: string[] = []): ReturnType<typeof readAnswer> =>
  readAnswer(JSON.stringify({ lessons }), text, new Set(found));
const jazz = aLesson('Jazz is life 🎷', {
  category: 'interests',
  type: 'topic interest',
  key: 'likes_jazz_music',
  object: 'Jazz',
  value: 'Shows  interest\nin jazz',
});

test('a lesson is put as the other learner would put it, with the place of its words', () => {
  expect(read([jazz])).toEqual([
    {
      category: 'interests',
      type: 'topic_interest',
      key: 'interest_jazz',
      object: 'jazz',
      value: 'Shows interest in jazz',
      polarity: 'POSITIVE',
      tense: 'PRESENT',
      isStated: true,
      start: 14,
      end: 14 + 'Jazz is life 🎷'.length,
    },
  ]);
});

test('keys and kinds are snake case in ASCII', () => {
  const [home] = read([aLesson('Zürich', { type: 'Home!', key: ' Häme-Town ', object: 'Zürich' })]);
  expect(home).toMatchObject({ type: 'home', key: 'hame_town', object: 'zurich' });
  expect(read([aLesson('Zürich', { key: '家' })])).toEqual([]);
});

test('what is left out is the careful choice', () => {
  const { stated: _, polarity: __, tense: ___, ...rest } = aLesson('Zürich') as Record<string, unknown>;
  expect(read([rest])).toMatchObject([{ isStated: false, polarity: 'POSITIVE', tense: 'PRESENT' }]);
});

test('what the message taught already stands, and there are ten lessons at most', () => {
  expect(read([jazz], ['interest_jazz'])).toEqual([]);
  const many = Array.from({ length: 30 }, (_, index) => aLesson('Zürich', { key: `key_${index}` }));
  expect(read(many)).toHaveLength(10);
});

test.each([
  ['bare', (json: string) => json],
  ['in a fence', (json: string) => `Sure!\n\`\`\`json\n${json}\n\`\`\`\nDone.`],
  ['after thinking', (json: string) => `<think>{"lessons": "maybe"}</think>\n${json}`],
  ['after a word', (json: string) => `Here: ${json} Good luck.`],
])('an answer is found %s', (_name, wrap) => {
  expect(readAnswer(wrap(JSON.stringify({ lessons: [jazz] })), text, new Set())).toHaveLength(1);
});

test.each([[''], ['no'], ['{"lessons": {}}'], ['{"lessons": ['], ['null'], ['{}'], ['"lessons"']])(
  '%s is no answer',
  (content) => {
    expect(() => readAnswer(content, text, new Set())).toThrow(MalformedAnswerError);
  },
);

test('a message is shown between marks, cut where it is endless', () => {
  const shown = showMessage(`${'x'.repeat(11_999)}🎷 and more`, 'abc');
  expect(shown).toMatch(/^--- message abc begins ---\nx{11999}\uFFFD\n--- message abc ends ---$/u);
});

test('waits double from a second to five minutes, less up to half by chance', () => {
  expect([1, 2, 3, 9, 10, 1000].map((failures) => backOff(failures, 0))).toEqual([
    1000, 2000, 4000, 256_000, 300_000, 300_000,
  ]);
  expect(backOff(1, 1)).toBe(500);
});

test('no more work goes on at a time than there are lanes, and failing work frees its lane', async () => {
  const lanes = new Lanes(2);
  const ends: (() => void)[] = [];
  let running = 0;
  const work = (): Promise<void> => {
    running += 1;
    return new Promise((_resolve, reject) => {
      ends.push(() => {
        running -= 1;
        reject(new Error('failed'));
      });
    });
  };
  const all = Array.from({ length: 5 }, () => lanes.run(work).catch(() => 'failed'));
  for (let done = 0; done < 5; done += 1) {
    expect(running).toBe(Math.min(2, 5 - done));
    ends.shift()!();
    await all[done];
    await Promise.resolve();
  }
  expect(await Promise.all(all)).toEqual(Array.from({ length: 5 }, () => 'failed'));
});

const base = 'http://localhost:1234/v1';
test.each([
  [{}, null, []],
  [{ LEARNER_MODEL: 'm', LEARNER_API_KEY: 'k' }, null, []],
  [{ LEARNER_BASE_URL: base, LEARNER_MODEL: 'm' }, { baseUrl: base, model: 'm', apiKey: null }, []],
  [
    { LEARNER_BASE_URL: base, LEARNER_MODEL: ' m ', LEARNER_API_KEY: 'k\n' },
    { baseUrl: base, model: 'm', apiKey: 'k' },
    [],
  ],
])('the settings of %j', (env, settings, problems) => {
  const found: string[] = [];
  expect(parseLearner(env, found)).toEqual(settings);
  expect(found).toEqual(problems);
});

test.each([
  [{ LEARNER_BASE_URL: base }, /LEARNER_BASE_URL needs LEARNER_MODEL/u],
  [{ LEARNER_BASE_URL: 'localhost:1234', LEARNER_MODEL: 'm' }, /must be the http address/u],
  [{ LEARNER_BASE_URL: 'http://me:pw@host/v1', LEARNER_MODEL: 'm' }, /no user, password or query/u],
  [{ LEARNER_BASE_URL: base, LEARNER_MODEL: 'm', LEARNER_API_KEY: 'geheimer schlüssel' }, /printable ASCII/u],
])('%j is a problem that somebody can read', (env, problem) => {
  const found: string[] = [];
  parseLearner(env, found);
  expect(found).toEqual([expect.stringMatching(problem)]);
  expect(found.join('')).not.toMatch(/geheim|pw/u);
});
