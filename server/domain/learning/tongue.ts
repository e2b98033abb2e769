import type { Lesson } from '../fact.ts';
import { lessonOf } from './lesson.ts';
import { keyOf } from './naming.ts';
import { isLanguage, titled } from './places.ts';
import type { Statement } from './statement.ts';

export function nativeOf(statement: Statement, at: number): Lesson[] {
  const { words } = statement;
  const isNative = words[at]?.norm === 'native' && /^speaker$/u.test(words[at + 2]?.norm ?? '');
  return isNative && isLanguage(words[at + 1]!.norm)
    ? [languageOf(statement, words[at + 1]!.norm, at + 3)]
    : [];
}

/** "I speak Spanish and a little French". */
export function languagesOf(statement: Statement): Lesson[] {
  const { words, at, stop, form } = statement;
  if (form === 'usedTo') return [];
  const spoken: number[] = [];
  for (let index = at + 1; index < Math.min(stop, at + 16); index += 1) {
    const { norm, isMark } = words[index]!;
    if (isLanguage(norm)) spoken.push(index);
    else if (
      !isMark &&
      !/^(?:and|or|a|little|bit|of|some|fluent|fluently|both|also|very|well|basic|good|only|perfect|in|no|but|native|decent|broken|as|conversational)$/u.test(
        norm,
      )
    )
      break;
  }
  const end = (spoken.at(-1) ?? 0) + 1;
  return spoken.map((index) => languageOf(statement, words[index]!.norm, end));
}

function languageOf(statement: Statement, language: string, end: number): Lesson {
  const { words, first, isNegated } = statement;
  const name = titled(language);
  return lessonOf({
    category: 'personal',
    type: 'language',
    key: keyOf('language', language),
    object: language,
    value: `${isNegated ? 'Does not speak' : 'Speaks'} ${name}`,
    isNegative: isNegated,
    words,
    first,
    end,
  });
}

/** "My native language is Polish". */
export function motherTongueOf(statement: Statement, at: number): Lesson[] {
  const language = statement.words[at]?.norm ?? '';
  return isLanguage(language) ? [languageOf(statement, language, at + 1)] : [];
}
