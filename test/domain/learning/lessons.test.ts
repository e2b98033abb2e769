import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categories } from '../../../server/domain/fact.ts';
import { lessonsOf } from '../../../server/domain/learning/lessons.ts';
import { corpus, heldOut, tuned } from '../../learning/corpus.ts';
import { scoreOf, short } from '../../learning/score.ts';

const taught = (text: string): string[] => lessonsOf(text).lessons.map(short);
const values = (text: string): string[] => lessonsOf(text).lessons.map(({ value }) => value);

/** Each of these teaches exactly this. */
function expectAll(cases: Record<string, string[]>): void {
  for (const [text, lessons] of Object.entries(cases)) expect([text, taught(text)]).toEqual([text, lessons]);
}

/** None of these teaches anything. */
function expectNothing(...texts: string[]): void {
  for (const text of texts) expect([text, taught(text)]).toEqual([text, []]);
}

describe('statements about oneself', () => {
  it('teach an interest, whether liked or loved', () => {
    expect(values('I like jazz')).toEqual(['Shows interest in jazz']);
    expect(values('I love jazz music')).toEqual(['Shows strong interest in jazz music']);
  });

  it('teach as many facts as they hold', () => {
    expectAll({
      'I love playing guitar and jazz music': ['+interest_guitar', '+interest_jazz'],
      "I'm Anna, 34, a nurse from Oslo": ['name=anna', 'age=34', 'origin=oslo', 'occupation=nurse'],
      'I like tea but not coffee': ['+interest_tea', '-interest_coffee'],
      'I like neither golf nor tennis': ['-interest_golf', '-interest_tennis'],
      'I live in Oslo and work as a carpenter': ['home=oslo', 'occupation=carpenter'],
    });
  });

  it('meet in one key, however they are said', () => {
    const ways = [
      'I love jazz',
      'I like jazz music',
      "I'm into jazz",
      "I'm a big fan of jazz",
      'jazz is my favourite kind of music',
      'I enjoy listening to jazz',
      'I adore jazz',
      'i luv jaz music',
    ];
    for (const way of ways) {
      expect([way, ...lessonsOf(way).lessons.map(({ key, object }) => [key, object])]).toEqual([
        way,
        ['interest_jazz', 'jazz'],
      ]);
    }
    expectAll({
      'I love playing the guitar': ['+interest_guitar'],
      'I love the guitar': ['+interest_guitar'],
      'I like to hike': ['+interest_hiking'],
      'I like hiking': ['+interest_hiking'],
      'I like a good thriller': ['+interest_thrillers'],
      'I like horror films': ['+interest_horror_movies'],
      'I love music': ['+interest_music'],
    });
  });

  it('are read in chat spelling', () => {
    expectAll({
      'im a nurse': ['occupation=nurse'],
      'dont like mushrooms': ['-interest_mushrooms'],
      'i realy like hiking': ['+interest_hiking'],
      'i live in new york': ['home=new york'],
      'I loooove sushi!!!': ['+interest_sushi'],
    });
  });

  it('keep the capitals of names and give them where they lack', () => {
    expect(values('my name is anna and i live in oslo')).toEqual(['Is called Anna', 'Lives in Oslo']);
    expect(values('I work at IBM')).toEqual(['Works at IBM']);
    expect(values('i work at ibm')).toEqual(['Works at IBM']);
    expect(values('I live in São Paulo')).toEqual(['Lives in São Paulo']);
    expect(lessonsOf('I live in São Paulo').lessons[0]?.object).toBe('sao paulo');
  });

  it('fill slots of a fixed key, and taste has a key of its own for each thing', () => {
    expect(lessonsOf('I live in Oslo').lessons[0]).toEqual({
      category: 'personal',
      type: 'home',
      key: 'home',
      object: 'oslo',
      value: 'Lives in Oslo',
      polarity: 'POSITIVE',
      tense: 'PRESENT',
      isStated: true,
      start: 0,
      end: 14,
    });
  });

  it('are proved by the words that say so', () => {
    const text = 'Hello there! By the way, I love jazz, what about you?';
    const [lesson] = lessonsOf(text).lessons;
    expect(text.slice(lesson!.start, lesson!.end)).toBe('I love jazz');
  });

  it('tell preferences, diets and tools', () => {
    expectAll({
      'please keep your answers short': ['reply_length=short'],
      'I prefer detailed explanations': ['reply_length=detailed'],
      'I prefer Python over Java': ['+preference_python'],
      "I'm vegetarian": ['diet=vegetarian'],
      "I'm allergic to peanuts": ['+allergy_peanuts'],
    });
    expect(values('I prefer Python over Java')).toEqual(['Prefers Python over Java']);
  });

  it('tell lasting goals, but no requests', () => {
    expectAll({
      'I want to learn Spanish': ['+goal_learn_spanish'],
      'my goal is to run a marathon': ['+goal_run_a_marathon'],
      "I'm training for a marathon": ['+goal_run_a_marathon'],
      "I'm saving for a house": ['+goal_buy_a_house'],
      "I'd love to visit Japan someday": ['+goal_visit_japan'],
    });
    expectNothing('I want to cancel my order', 'I want to know the price', "I'd like a refund");
  });

  it('are inferred from habits', () => {
    expect(lessonsOf('we visit the opera every month').lessons).toMatchObject([
      { key: 'interest_opera', isStated: false },
    ]);
  });
});

describe('negations', () => {
  it('are dislikes under the key of the like', () => {
    expectAll({
      "I don't like jazz": ['-interest_jazz'],
      "I'm not a fan of jazz": ['-interest_jazz'],
      'I hate jazz': ['-interest_jazz'],
      "I can't stand jazz": ['-interest_jazz'],
    });
    expect(values('I hate jazz')).toEqual(['Dislikes jazz']);
  });

  it('say nothing where they take nothing back', () => {
    expectNothing(
      "I don't just like jazz",
      "I don't dislike jazz",
      "who doesn't love pizza",
      "I don't mind jazz",
    );
  });

  it('end what filled a slot', () => {
    expectAll({
      "I don't live in Bergen anymore": ['!home=bergen'],
      'I no longer work at Google': ['!employer=google'],
      "I'm not a nurse, I'm a doctor": ['!occupation=nurse', 'occupation=doctor'],
    });
    expect(values('I no longer work at Google')).toEqual(['No longer works at Google']);
  });
});

describe('the past', () => {
  it('is told from the present', () => {
    expectAll({
      'I used to play guitar': ['~interest_guitar'],
      'I worked at IBM until 2019': ['~employer=ibm'],
      'I lived in Rome': ['~home=rome'],
      "I've lived in Rome since 2010": ['home=rome'],
    });
    expect(values('I used to play guitar')).toEqual(['Used to play guitar']);
  });

  it('gives way to corrections', () => {
    expectAll({ 'actually I moved to Oslo': ['home=oslo'], 'no, my name is Anna': ['name=anna'] });
  });
});

describe('nothing is learned from', () => {
  it('questions', () => {
    expectNothing('do you like jazz?', 'should I learn guitar?', 'should i learn guitar', 'I like jazz?');
  });

  it('conditions and wishes', () => {
    expectNothing('if I lived in Oslo', 'I wish I lived in Paris', 'Imagine I am a chef from Italy');
  });

  it('other people', () => {
    expectNothing('my brother loves football', 'my wife is a nurse', 'She lives in Oslo');
  });

  it('words of others, quoted or reported', () => {
    expectNothing('he said I love jazz', 'the song "I love Paris"', 'Everyone thinks I am a doctor');
  });

  it('sarcasm and jokes', () => {
    expectNothing(
      'yeah right, I love paying fees',
      'I am a millionaire just kidding',
      'I love broccoli... NOT',
    );
  });

  it('commands, parts that are played and pasted text', () => {
    expectNothing(
      'tell me about jazz',
      'Pretend I am a pirate from Tortuga',
      'You are a helpful travel agent. I love beaches.',
      'translate to French: I live in London',
      '```\nI love jazz\n```',
      'ERROR 2024-01-01 I am a teapot: failed()',
    );
  });

  it('praise and blame of this conversation', () => {
    expectNothing(
      'I love it',
      'I love you',
      'I like your answer',
      'I like how you explained it',
      'I like to know more',
    );
  });

  it('other languages, and what is no text', () => {
    expectNothing(
      'Jeg bor i Oslo og liker jazz',
      'i like måte',
      'Мне нравится джаз',
      '',
      '👍',
      '\ud800',
      '\u202eI',
    );
  });
});

describe('topics', () => {
  it('are the field first, then the thing', () => {
    expect(lessonsOf('I love jazz music').topics).toEqual(['music', 'jazz']);
    expect(lessonsOf('my invoice is wrong').topics).toEqual(['billing', 'invoice']);
  });

  it('are no greetings, pronouns or stop words', () => {
    expect(lessonsOf('hi there, how are you? thanks a lot').topics).toEqual([]);
  });
});

describe('any text', () => {
  const words = fc.array(
    fc.constantFrom(
      "I'm",
      'I',
      'love',
      'jazz',
      'and',
      'not',
      ',',
      'a',
      'nurse',
      'from',
      'Oslo',
      'my',
      'name',
      'is',
      'Anna',
      '34',
      'to',
      'learn',
      'live',
      'in',
      '"',
      '?',
      '.',
      'used',
      'have',
      'the',
      'favourite',
      '🙂',
      'été',
      "don't",
      'call',
      'me',
      'dog',
      'prefer',
      'short',
      'answers',
      '\n',
      '`',
    ),
    { maxLength: 40 },
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    words.map((list) => list.join(' ')),
  );

  it('is read without fail, into well-formed lessons with offsets inside of it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { topics, lessons } = lessonsOf(text);
        expect(topics.length).toBeLessThanOrEqual(5);
        expect(topics.every((topic) => topic !== '' && topic === topic.toLowerCase())).toBe(true);
        for (const { key, type, object, value, category, start, end } of lessons) {
          expect(categories).toContain(category);
          expect(category).not.toBe('behavior');
          expect(key).toMatch(/^[\p{Ll}\p{Lo}\p{N}]+(?:_[\p{Ll}\p{Lo}\p{N}]+)*$/u);
          expect(key.length).toBeLessThanOrEqual(60);
          expect(type).toMatch(/^[a-z_]+$/u);
          expect(object).toBe(object.toLowerCase());
          expect(value).toMatch(/^\p{Lu}/u);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('teaches the same every time', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(lessonsOf(text)).toEqual(lessonsOf(text));
      }),
    );
  });

  it('is read in time that grows with its length at most', () => {
    for (const part of [
      'I love jazz and ',
      '@',
      '"',
      '`a',
      'my ',
      "'a ",
      'I am a, ',
      'write: ',
      '*a ',
      '\n>',
    ]) {
      const began = performance.now();
      lessonsOf(part.repeat(Math.ceil(1_000_000 / part.length)));
      expect([part, performance.now() - began < 2000]).toEqual([part, true]);
    }
  });
});

describe('the corpus', () => {
  it('has three hundred messages and more, at least half of which teach nothing', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(300);
    expect(corpus.filter(({ teaches }) => teaches.length === 0).length * 2).toBeGreaterThanOrEqual(
      corpus.length,
    );
  });

  it.each([
    ['as a whole', corpus],
    ['as tuned', tuned],
  ])('is learned from %s', (_, messages) => {
    const { precision, recall, falsePerHundred } = scoreOf(messages);
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.75);
    expect(falsePerHundred).toBeLessThanOrEqual(2);
  });

  it('is learned from where it was kept aside', () => {
    const { precision, recall, falsePerHundred } = scoreOf(heldOut);
    expect(precision).toBeGreaterThanOrEqual(0.93);
    expect(recall).toBeGreaterThanOrEqual(0.75);
    expect(falsePerHundred).toBeLessThanOrEqual(3.5);
  });
});
