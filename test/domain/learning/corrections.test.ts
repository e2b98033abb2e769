import { describe, expect, it } from 'vitest';
import { lessonsOf } from '../../../server/domain/learning/lessons.ts';
import { short } from '../../learning/score.ts';

const taught = (text: string): string[] => lessonsOf(text).lessons.map(short);
const values = (text: string): string[] => lessonsOf(text).lessons.map(({ value }) => value);

describe('what somebody takes back', () => {
  it.each([
    ["I'm not married anymore", ['!marital_status=married']],
    ["I'm not 30 years old", ['!age=30']],
    ["I'm not 30, I'm 31", ['!age=30', 'age=31']],
    ['I left Paris', ['!home=paris']],
    ['I left Paris in 2019', ['!home=paris']],
    ['I moved away from Paris', ['!home=paris']],
    ['I moved out of Paris last year', ['!home=paris']],
    ['I no longer live in Paris', ['!home=paris']],
    ["I'm not vegetarian anymore", ['!diet=vegetarian']],
    ['I eat meat now', ['!diet=vegetarian', '!diet=vegan']],
    ["My name isn't Bob, it's Rob", ['!name=bob', 'name=rob']],
    ['my name isnt bob its rob', ['!name=bob', 'name=rob']],
    ['My name is not Bob but Rob', ['!name=bob', 'name=rob']],
  ])('ends what filled a slot: %s', (text, lessons) => {
    expect(taught(text)).toEqual(lessons);
  });

  it.each([
    ['I left Google', ['~employer=google']],
    ['I quit Google', ['~employer=google']],
    ['My dog died last week', ['~pet_dog']],
    ['my cat passed away', ['~pet_cat']],
    ["I'm no longer interested in golf", ['~interest_golf']],
    ["I'm not into golf anymore", ['~interest_golf']],
    ["I'm no longer a fan of golf", ['~interest_golf']],
  ])('is past: %s', (text, lessons) => {
    expect(taught(text)).toEqual(lessons);
  });

  it.each([
    ["I don't have a dog anymore", ['-pet_dog']],
    ["Just kidding, I don't like jazz", ['-interest_jazz']],
    ['jk, I hate jazz', ['-interest_jazz']],
  ])('is denied: %s', (text, lessons) => {
    expect(taught(text)).toEqual(lessons);
  });

  it.each([
    'Just kidding, I love jazz',
    "I love jazz, just kidding, I don't like jazz",
    'I left Paris at 9',
    'I left London for a meeting',
    'I left home',
    'I left Paris, it was boring',
    'I left Target with a bag',
    'I quit Facebook',
    'My dog died in the game',
    'Sorry, I meant Rob',
    'I quit my job',
    'I like coffee, not really',
    'I like pizza, not at all',
    'My name is Bob, not really',
    "I don't not like pizza",
  ])('teaches nothing where nobody knows: %s', (text) => {
    expect(taught(text)).toEqual([]);
  });

  it('is no joke because something else is added', () => {
    expect(taught('I love jazz, not gonna lie')).toEqual(['+interest_jazz']);
    expect(taught("I don't like pizza, not at all")).toEqual(['-interest_pizza']);
    expect(taught('I like tea, honestly, and coffee')).toEqual(['+interest_tea', '+interest_coffee']);
  });
});

describe('a line with the name of who says it', () => {
  it.each(['Tom: I love golf', 'bob: I live in Texas', 'Dr Smith: I love golf', '[12:03] Xorn: I love golf'])(
    'teaches nothing: %s',
    (text) => {
      expect(taught(text)).toEqual([]);
    },
  );

  it.each(['Me: I love golf', 'Note: I love golf', 'Honestly: I love golf', 'Fun fact: I love golf'])(
    'teaches, where that is oneself or no name: %s',
    (text) => {
      expect(taught(text)).toEqual(['+interest_golf']);
    },
  );

  it('ends with the line', () => {
    expect(taught('Tom: I love golf. I hate tennis.\nI love jazz')).toEqual(['+interest_jazz']);
  });
});

describe('names, numbers and things', () => {
  it('are shown as they are written', () => {
    expect(values('I love f#')).toEqual(['Shows strong interest in F#']);
    expect(values('I love u2')).toEqual(['Shows strong interest in U2']);
    expect(values('I love ROME')).toEqual(['Shows strong interest in Rome']);
    expect(values('I LIVE IN ROME')).toEqual(['Lives in Rome']);
    expect(values('I love the USA')).toEqual(['Shows strong interest in the USA']);
    expect(values('My name is Nguyễn Văn An')).toEqual(['Is called Nguyễn Văn An']);
    expect(values('My name is José María López García')).toEqual(['Is called José María López García']);
    expect(values('My name is Anna I need help')).toEqual(['Is called Anna']);
  });

  it.each([
    'I love her',
    "My wife's name is Jo. I love her.",
    'I love myself',
    'I like mine black',
    'I play the fool',
    'I play the field',
    "I'm 007",
    "I'm 18+",
    "Guess my age: I'm 30-ish",
    'My name is DROP TABLE users',
    "I'm not interested in football",
  ])('are no pronouns, phrases or jokes: %s', (text) => {
    expect(taught(text)).toEqual([]);
  });
});
