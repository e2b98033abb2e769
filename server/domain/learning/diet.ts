import type { Lesson } from '../fact.ts';
import { pluralOf, singularOf } from './gazetteer.ts';
import { lessonOf } from './lesson.ts';
import { complementAt, type Statement } from './statement.ts';
import { keyOf } from './naming.ts';
import { type Thing, thingsAt } from './thing.ts';
import type { Word } from './utterance.ts';

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

const diets = new Set([
  'vegetarian',
  'vegan',
  'pescatarian',
  'pescetarian',
  'flexitarian',
  'keto',
  'gluten-free',
  'halal',
  'kosher',
  'fruitarian',
  'paleo',
  'carnivore',
  'teetotal',
  'veggie',
]);

/** Food that some do not eat. */
const avoided = new Set(
  'meat,pork,beef,fish,seafood,gluten,dairy,eggs,sugar,shellfish,chicken,bread,red meat,animal products,lactose,nuts,wheat,carbs,alcohol,coffee,milk,caffeine,wine,beer,fast food,junk food,soda,mushrooms,cheese,soy,lamb'.split(
    ',',
  ),
);

/** What somebody eats and drinks, and what he cannot bear. */
export function dietOf(statement: Statement): Lesson[] {
  const { words, at, stop, verb, form, isNegated } = statement;
  if (form === 'wish') return [];
  if (verb === 'am')
    return [...dietAt(statement, complementAt(statement)), ...allergyOf(statement, complementAt(statement))];
  if (verb === 'have' && !isNegated) return allergyNamed(statement);
  if ((verb !== 'eat' && verb !== 'drink') || form === 'usedTo') return [];
  if (!isNegated) return eatingOf(statement);
  const { things, end } = thingsAt(words, at + 1, stop);
  return things
    .filter(({ object }) => avoided.has(object))
    .map((thing) => avoidance(statement, thing, verb, end));
}

/** "I eat meat now", "… again": no vegetarian any more. */
function eatingOf({ words, first, at, form, verb }: Statement): Lesson[] {
  const isMeat = /^(?:meat|beef|pork|chicken)$/u.test(norm(words, at + 1));
  const isNew = /^(?:now|again)$/u.test(norm(words, at + 2));
  if (verb !== 'eat' || form !== 'plain' || !isMeat || !isNew) return [];
  return ['vegetarian', 'vegan'].map((object) =>
    lessonOf({
      category: 'preferences',
      type: 'diet',
      key: 'diet',
      object,
      value: `Is not ${object}`,
      isNegative: true,
      words,
      first,
      end: at + 3,
    }),
  );
}

function avoidance({ words, first }: Statement, { object }: Thing, verb: string, end: number): Lesson {
  return lessonOf({
    category: 'preferences',
    type: 'diet',
    key: keyOf('diet', object),
    object,
    value: `Does not ${verb} ${object}`,
    isNegative: true,
    words,
    first,
    end,
  });
}

function dietAt(statement: Statement, from: number): Lesson[] {
  const { words, first, stop, isNegated, form, isOver } = statement;
  let at = /^an?$/u.test(norm(words, from)) ? from + 1 : from;
  if (/^(?:strict|lifelong|committed)$/u.test(norm(words, at))) at += 1;
  const said = norm(words, at);
  if (at >= stop || !diets.has(said)) return [];
  const next = norm(words, at + 1);
  if (
    at + 1 < stop &&
    !words[at + 1]!.isMark &&
    !/^(?:and|but|so|now|since|for|btw|by|i|too|because|who|myself|also|anymore|any|from|with|lol|though)$/u.test(
      next,
    )
  )
    return [];
  const object = said === 'veggie' ? 'vegetarian' : said;
  const isPast = form === 'usedTo';
  if (isPast && isNegated) return [];
  const value = isPast
    ? `Used to be ${object}`
    : isNegated
      ? `Is ${isOver ? 'no longer' : 'not'} ${object}`
      : `Is ${object}`;
  return [
    lessonOf({
      category: 'preferences',
      type: 'diet',
      key: 'diet',
      object,
      value,
      isNegative: isNegated,
      isPast,
      words,
      first,
      end: at + 1,
    }),
  ];
}

const triggers = new Set(
  'peanuts,nuts,tree nuts,shellfish,shrimp,gluten,wheat,lactose,milk,dairy,eggs,soy,fish,seafood,pollen,dust,cats,dogs,penicillin,latex,bees,strawberries,kiwi,sesame,mold,grass,nickel,aspirin,ibuprofen,apples,bananas,tomatoes,celery,mustard,horses,hay,chocolate,pineapple,avocado,mushrooms,perfume,honey,bee stings,wasps'.split(
    ',',
  ),
);

/** The trigger of an allergy as it is usually called. */
function triggerOf(said: string): string | null {
  if (triggers.has(said)) return said;
  const many = pluralOf(said);
  if (triggers.has(many)) return many;
  return triggers.has(singularOf(said)) ? singularOf(said) : null;
}

function allergyOf(statement: Statement, at: number): Lesson[] {
  const { words, stop } = statement;
  if (norm(words, at) === 'allergic' && norm(words, at + 1) === 'to') {
    const { things, end } = thingsAt(words, at + 2, stop);
    return things.flatMap(({ object }) => allergy(statement, triggerOf(object), end, 'Is allergic to'));
  }
  const trigger = triggerOf(norm(words, at).replace(/-intolerant$/u, ''));
  const isIntolerant = norm(words, at).endsWith('-intolerant') || norm(words, at + 1) === 'intolerant';
  return isIntolerant ? allergy(statement, trigger, at + 2, 'Is intolerant of') : [];
}

/** "I have a nut allergy", "… an allergy to nuts". */
function allergyNamed(statement: Statement): Lesson[] {
  const { words, at, stop } = statement;
  for (let index = at + 1; index < Math.min(stop, at + 6); index += 1) {
    const { norm: said, isMark } = words[index]!;
    if (isMark) return [];
    if (/^(?:allergy|allergies|intolerance)$/u.test(said)) {
      if (norm(words, index + 1) === 'to') {
        const { things, end } = thingsAt(words, index + 2, stop);
        return things.flatMap(({ object }) => allergy(statement, triggerOf(object), end, 'Is allergic to'));
      }
      return allergy(
        statement,
        triggerOf(norm(words, index - 1)),
        index + 1,
        said === 'intolerance' ? 'Is intolerant of' : 'Is allergic to',
      );
    }
  }
  return [];
}

function allergy(
  { words, first, isNegated, stop }: Statement,
  object: string | null,
  end: number,
  is: string,
): Lesson[] {
  if (object === null) return [];
  const value = isNegated ? is.replace('Is', 'Is not') : is;
  return [
    lessonOf({
      category: 'personal',
      type: 'allergy',
      key: keyOf('allergy', object),
      object,
      value: `${value} ${object}`,
      isNegative: isNegated,
      words,
      first,
      end: Math.min(end, stop),
    }),
  ];
}
