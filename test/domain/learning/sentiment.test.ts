import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentimentOf } from '../../../server/domain/learning/sentiment.ts';

test.each([
  ['I love jazz music'],
  ['Thanks, that was exactly right!'],
  ['What a wonderful surprise'],
  ['The new editor is fast and reliable'],
])('"%s" is positive', (text) => {
  expect(sentimentOf(text)).toBeGreaterThan(0.2);
});

test.each([
  ['I hate waiting in line'],
  ['The whole trip was a disaster'],
  ['This app crashes all the time and support is useless'],
  ['The form is far too complicated'],
])('"%s" is negative', (text) => {
  expect(sentimentOf(text)).toBeLessThan(-0.2);
});

test('a plain word of love for a thing is clearly positive, but not the most that can be said', () => {
  expect(sentimentOf('I love jazz music')).toBeGreaterThan(0.6);
  expect(sentimentOf('I love jazz music')).toBeLessThan(0.8);
});

test.each([
  [''],
  ['   \n\t '],
  ['12345 67-89'],
  ['The meeting starts at three.'],
  ['My brother lives in Lisbon and works at a bank'],
  ['What is the capital of Norway?'],
  ['Can you help me with my order number, please?'],
  ['Please play the second song and save it'],
  ['I would like a table for two'],
  ['It looks like a circle'],
  ['What kind of paper do I need?'],
  ['I sent it to anna@example.org as well'],
])('"%s" says nothing of feelings and is 0', (text) => {
  expect(sentimentOf(text)).toBe(0);
});

describe('negation', () => {
  test.each([
    ['not good'],
    ['The soup was not very good'],
    ["I don't like jazz"],
    ['I don’t like jazz'],
    ['I do not like jazz'],
    ["I don't really like jazz"],
    ["It doesn't work"],
    ['I never enjoyed it'],
    ['There was no joy in it'],
    ["I can't stand the noise"],
  ])('turns praise into blame: "%s"', (text) => {
    expect(sentimentOf(text)).toBeLessThan(0);
  });

  test.each([
    ['not bad'],
    ['I was never disappointed'],
    ["I can't wait to see it"],
    ['no problem'],
    ['No worries'],
    ['We had no problems at all'],
    ["It isn't a terrible idea"],
  ])('turns blame around: "%s"', (text) => {
    expect(sentimentOf(text)).toBeGreaterThanOrEqual(0);
  });

  test('makes blame of praise that is weaker than blame itself', () => {
    expect(sentimentOf('not good')).toBeGreaterThan(sentimentOf('terrible'));
    expect(sentimentOf('not bad')).toBeLessThan(sentimentOf('good'));
  });

  test('ends with its clause', () => {
    expect(sentimentOf('No, I love it')).toBeGreaterThan(0);
    expect(sentimentOf('I did not call. Great day')).toBeGreaterThan(0);
  });

  test('is not meant by "not only"', () => {
    expect(sentimentOf('It is not only good')).toBeGreaterThan(0);
  });
});

test.each([
  ['The soup is very good', 'The soup is good'],
  ['The soup is good!!!', 'The soup is good!'],
  ['The soup is good!', 'The soup is good'],
  ['The soup is GOOD', 'The soup is good'],
  ['The soup is good 😍', 'The soup is good'],
  ['The soup is goooood', 'The soup is okay'],
  ['The soup is good', 'The soup is somewhat good'],
  ['The soup is good', 'Is the soup good?'],
  ['The soup is bad', 'The soup is really bad'],
  ['The soup is bad', 'The soup is BAD'],
  ['The soup is slightly bad', 'The soup is bad'],
  ['Pretty good', 'Pretty bad'],
])('"%s" is more positive than "%s"', (more, less) => {
  expect(sentimentOf(more)).toBeGreaterThan(sentimentOf(less));
});

test('a text in capitals throughout shouts nothing in particular', () => {
  expect(sentimentOf('THE SOUP IS GOOD')).toBe(sentimentOf('the soup is good'));
});

test('exclamation marks say nothing without a feeling', () => {
  expect(sentimentOf('At three!!!')).toBe(0);
});

test('what follows "but" weighs more than what came before', () => {
  expect(sentimentOf('The food was good but the service was terrible')).toBeLessThan(0);
  expect(sentimentOf('The service was terrible but the food was good')).toBeGreaterThan(
    sentimentOf('The food was good but the service was terrible'),
  );
});

test('"too" blames the word after it, and nobody when it ends the clause', () => {
  expect(sentimentOf('The bag is too heavy')).toBeLessThan(0);
  expect(sentimentOf('I was there too.')).toBe(0);
});

test('a strong word before another feeling only makes that stronger', () => {
  expect(sentimentOf('terribly sweet')).toBeGreaterThan(0);
  expect(sentimentOf('damn good coffee')).toBeGreaterThan(sentimentOf('good coffee'));
});

test.each([
  ['😍', 1],
  ['❤️', 1],
  ['👍🏽', 1],
  ['🥰🥰', 1],
  [':)', 1],
  ['fine :-D', 1],
  ['see you then:)', 1],
  ['<3', 1],
  ['😡', -1],
  ['🤬', -1],
  ['👎', -1],
  [':(', -1],
  ['gone :-(', -1],
])('the face in "%s" counts', (text, sign) => {
  expect(Math.sign(sentimentOf(text))).toBe(sign);
});

test.each([['©'], ['│ a │ b │'], ['🇩🇪'], ['→ next'], ['https://example.org/:/love'], ['@lovely_person']])(
  '%s is no feeling',
  (text) => {
    expect(sentimentOf(text)).toBe(0);
  },
);

test.each([
  ['Das war nicht gut, die Hilfe ist sehr schlecht'],
  ['Ich möchte bitte ein Geschenk für meine Mutter'],
  ['La habitación es muy fea y el baño no es grande'],
  ['Je ne sais pas si le train est en retard'],
  ['Non è per me, il film è un error'],
  ['Ik wil het niet, het is een gift'],
  ['これは最高です'],
  ['мне очень нравится'],
  ['هذا رائع'],
])('"%s" is not English and is 0, whatever its words would mean in English', (text) => {
  expect(sentimentOf(text)).toBe(0);
});

test('a face counts in every language', () => {
  expect(sentimentOf('Das ist für mich 😍')).toBeGreaterThan(0);
  expect(sentimentOf('電車が遅れた 😡')).toBeLessThan(0);
});

test('a foreign name does not silence an English sentence', () => {
  expect(sentimentOf('I love the music of Los Lobos and La Oreja de Van Gogh')).toBeGreaterThan(0);
});

test('the score of any text is a number from -1 to 1 with at most four decimals, the same every time', () => {
  const words = fc.constantFrom(
    'good',
    'bad',
    'not',
    'very',
    'but',
    'GREAT',
    '!!!',
    '??',
    ':(',
    '😍',
    'too',
    '…',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.array(words, { maxLength: 60 }).map((some) => some.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const score = sentimentOf(text);
      expect(Number.isFinite(score)).toBe(true);
      expect(Math.abs(score)).toBeLessThanOrEqual(1);
      expect(Object.is(score, -0)).toBe(false);
      expect(Math.round(score * 10_000) / 10_000).toBe(score);
      expect(sentimentOf(text)).toBe(score);
    }),
    { numRuns: 500 },
  );
});

test('space around a text does not matter', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('good', 'not bad', 'no', ':)', 'so-so'),
      fc.constantFrom(' ', '\n', ' '),
      (text, space) => {
        expect(sentimentOf(`${space}${text}${space}${space}`)).toBe(sentimentOf(text));
      },
    ),
  );
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'the word %s is none of ours',
  (word) => {
    expect(sentimentOf(word)).toBe(0);
  },
);

// Quadratic time would be minutes.
test.each([
  ['one word', 'a'],
  ['marks', '!'],
  ['marks between letters', '!a'],
  ['dashes', '-a'],
  ['apostrophes', "a'"],
  ['long vowels', 'looooove'],
  ['praise', 'good '],
  ['negations', 'not '],
  ['emoji', '😀'],
  ['accents', '\u0301'],
  ['spaces', ' '],
])('a million characters of %s are read in linear time', { timeout: 10_000 }, (_, unit) => {
  const start = performance.now();
  const score = sentimentOf(unit.repeat(Math.ceil(1_000_000 / unit.length)));
  expect(Math.abs(score)).toBeLessThanOrEqual(1);
  expect(performance.now() - start).toBeLessThan(5_000);
});
