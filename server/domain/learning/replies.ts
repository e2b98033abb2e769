import type { Lesson } from '../fact.ts';
import { lessonOf } from './lesson.ts';
import { isLanguage, titled } from './places.ts';
import type { Statement } from './statement.ts';
import type { Sentence, Word } from './utterance.ts';

/** A trait of replies: its key, its canonical value, and how it reads. */
type Style = { key: string; object: string; value: string; isNegative?: boolean };

const style = (key: string, object: string, value: string): Style => ({ key, object, value });

const short = style('reply_length', 'short', 'Prefers short replies');
const detailed = style('reply_length', 'detailed', 'Prefers detailed replies');
const simple = style('reply_wording', 'simple', 'Prefers simple explanations');
const technical = style('reply_wording', 'technical', 'Prefers technical explanations');
const formal = style('reply_tone', 'formal', 'Prefers a formal tone');
const casual = style('reply_tone', 'casual', 'Prefers a casual tone');
const bullets = style('reply_format', 'bullet points', 'Prefers bullet points');
const stepwise = style('reply_format', 'step by step', 'Prefers step by step explanations');
const emojis = style('reply_emojis', 'emojis', 'Likes emojis in replies');

const styles = new Map<string, Style>(
  Object.entries({
    short,
    shorter: short,
    brief: short,
    concise: short,
    succinct: short,
    quick: short,
    detailed,
    detail: detailed,
    long: detailed,
    longer: detailed,
    thorough: detailed,
    'in-depth': detailed,
    elaborate: detailed,
    comprehensive: detailed,
    simple,
    simpler: simple,
    plain: simple,
    technical,
    formal,
    formally: formal,
    casual,
    informal: casual,
    bullet: bullets,
    bullets,
    'step-by-step': stepwise,
    emojis,
    emoji: emojis,
    emoticons: emojis,
  }),
);

const answers =
  /^(?:answers?|repl(?:y|ies)|responses?|explanations?|messages|texts|sentences|summaries|instructions|points|tone)$/u;
const commands = new Set(
  'keep,be,answer,reply,respond,use,write,speak,talk,explain,give,make,stop,avoid,do,never,always,no,limit,from,in,going,format,skip'.split(
    ',',
  ),
);
const polite = new Set(
  'please,and,also,ok,okay,hey,hi,can,could,would,you,just,try,to,so,but,thanks,yes,i,need,want,,'.split(','),
);

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

/** How somebody asks the bot to answer from now on. */
export function repliesOf({ words }: Sentence): Lesson[] {
  let at = 0;
  while (at < words.length && (polite.has(norm(words, at)) || words[at]!.isMark)) at += 1;
  if (!commands.has(norm(words, at)) || words.length - at > 16) return [];
  const isForbidden =
    /^(?:no|stop|avoid|never|skip)$/u.test(norm(words, at)) ||
    (norm(words, at) === 'do' && norm(words, at + 1) === 'not');
  if (!isLasting(words, at, isForbidden)) return [];
  return stylesAt(words, at, words.length).map((found) =>
    repliesLesson(found, words, at, words.length, isForbidden),
  );
}

/** "From now on", "always", "your answers" in general. */
function isLasting(words: Word[], from: number, isForbidden: boolean): boolean {
  for (let at = from; at < words.length; at += 1) {
    const said = norm(words, at);
    if (
      said === 'always' ||
      said === 'never' ||
      (said === 'now' && norm(words, at + 1) === 'on') ||
      said === 'future' ||
      (said === 'going' && norm(words, at + 1) === 'forward')
    )
      return true;
    if (said === 'your' && /^(?:answers|replies|responses|explanations|messages)$/u.test(norm(words, at + 1)))
      return true;
    if (
      (said === 'answers' || said === 'replies' || said === 'responses') &&
      /^(?:keep|give|make)$/u.test(norm(words, from))
    )
      return true;
    if (isForbidden && /^(?:emojis?|emoticons)$/u.test(said)) return true;
  }
  return false;
}

function stylesAt(words: Word[], from: number, stop: number): Style[] {
  const found: Style[] = [];
  for (let at = from; at < stop; at += 1) {
    const said = norm(words, at);
    const known = styles.get(said);
    if (known !== undefined && !found.includes(known)) found.push(known);
    const isSpoken =
      said === 'in' &&
      isLanguage(norm(words, at + 1)) &&
      /^(?:answer|reply|respond|write|speak|talk|replies|answers|responses|messages|me|always)$/u.test(
        norm(words, at - 1),
      );
    if (isSpoken) {
      const language = norm(words, at + 1);
      found.push(style('reply_language', language, `Prefers replies in ${titled(language)}`));
    }
  }
  return found.slice(0, 3);
}

const opposite = new Map<Style, Style>([
  [short, detailed],
  [detailed, short],
  [formal, casual],
  [casual, formal],
]);

function repliesLesson(
  found: Style,
  words: Word[],
  first: number,
  end: number,
  isForbidden: boolean,
): Lesson {
  const isNegative = isForbidden && !opposite.has(found);
  const { key, object, value } = isForbidden ? (opposite.get(found) ?? found) : found;
  const told = isNegative
    ? found === emojis
      ? 'Wants no emojis in replies'
      : value.replace('Prefers', 'Does not want')
    : value;
  return lessonOf({
    category: 'preferences',
    type: 'reply_style',
    key,
    object,
    value: told,
    isNegative,
    words,
    first,
    end,
  });
}

/** "I prefer detailed explanations", "I like short answers". */
export function styleOf(statement: Statement): Lesson[] {
  const { words, at, stop, verb, form, first, isNegated } = statement;
  if (!/^(?:prefer|like|love|want|hate|dislike|need)$/u.test(verb) || form === 'usedTo' || form === 'can')
    return [];
  const isForbidden = isNegated || verb === 'hate' || verb === 'dislike';
  let noun = at + 1;
  while (
    noun < Math.min(stop, at + 6) &&
    !words[noun]!.isMark &&
    !answers.test(norm(words, noun)) &&
    !/^emojis?$/u.test(norm(words, noun))
  )
    noun += 1;
  if (noun >= stop || noun >= at + 6 || words[noun]!.isMark) return [];
  // What is wanted now is "a short answer"; answers in general are many.
  if (/^an?$/u.test(norm(words, at + 1)) || /^(?:the|this|that|your|these)$/u.test(norm(words, at + 1)))
    return [];
  const found = stylesAt(words, at + 1, noun + 1);
  return found.map((one) => repliesLesson(one, words, first, noun + 1, isForbidden));
}
