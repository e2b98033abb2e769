import type { Lesson } from '../fact.ts';
import { dietOf } from './diet.ts';
import { goalsOf } from './goals.ts';
import { householdOf } from './household.ts';
import { identityOf } from './identity.ts';
import { pastimesOf } from './pastimes.ts';
import { isForeign, isJoke, isPlayed, denialAt, spokenLength } from './play.ts';
import { saidByOthers } from './speaker.ts';
import { repliesOf, styleOf } from './replies.ts';
import { isTakenBack, isUnmeantAfter, statementsOf, type Statement } from './statement.ts';
import { tastesOf } from './tastes.ts';
import { topicsOf } from './topics.ts';
import { traitsOf } from './traits.ts';
import { sentencesOf, type Sentence } from './utterance.ts';
import { wishesOf } from './wishes.ts';
import { presumedTrade, workOf } from './work.ts';

/*
 * What can be learned. A slot is a key that names one thing only, which stands in `object`; all other keys end
 * with the object itself, so that each thing is a fact of its own.
 *
 * category     type             key                         value
 * interests    topic_interest   interest_<thing>            Shows (strong) interest in …, Dislikes …, Plays …
 * preferences  reply_style      reply_length, reply_wording, Prefers short replies …
 *                               reply_tone, reply_format,
 *                               reply_language (slots),
 *                               reply_emojis
 * preferences  tool_preference  preference_<tool>           Prefers Python over Java
 * preferences  preference       preference_<thing>          Prefers window seats
 * preferences  tool             tool_<tool>                 Uses Vim
 * preferences  favourite        favourite_<kind> (slot)     Has blue as favourite colour
 * preferences  diet             diet (slot), diet_<food>    Is vegan, Does not eat pork
 * personal     name             name (slot)                 Is called Anna
 * personal     age              age (slot)                  Is 34 years old
 * personal     birth_year       birth_year (slot)           Was born in 1990
 * personal     birthday         birthday (slot)             Has birthday on May 5
 * personal     home             home (slot)                 Lives in Oslo
 * personal     origin           origin (slot)               Comes from Norway
 * personal     nationality      nationality (slot)          Is Norwegian
 * personal     language         language_<language>         Speaks Spanish
 * personal     marital_status   marital_status (slot)       Is married
 * personal     family           family_<relative>           Has two children
 * personal     pet              pet_<animal>                Has a dog
 * personal     allergy          allergy_<trigger>           Is allergic to peanuts
 * work         occupation       occupation (slot)           Works as a nurse
 * work         employer         employer (slot)             Works at Google
 * work         industry         industry (slot)             Works in finance
 * work         work_mode        work_mode (slot)            Works from home
 * work         work_status      work_status (slot)          Is retired
 * work         business         business (slot)             Runs a bakery
 * work         studies          studies (slot)              Studies biology
 * work         school           school (slot)               Studies at MIT
 * work         degree           degree_<subject>            Has a degree in physics
 * goals        goal             goal_<aim>                  Wants to learn Spanish
 */

/** No message teaches more than this; a longer list is pasted. */
const MOST = 20;

/** Nobody says so often "I" or "my" in one message; what goes on after it is pasted. */
const MOST_SUBJECTS = 60;

/** What one chat message of a person tells: its topics, and facts about the person. */
export function lessonsOf(text: string): { topics: string[]; lessons: Lesson[] } {
  const sentences = sentencesOf(text);
  const lessons = mayTeach(sentences) ? taughtBy(text, sentences) : [];
  return { topics: topicsOf(sentences, lessons), lessons };
}

/** Words that speak of oneself, or of replies; without one there is nothing to read. */
const oneself = new Set(
  'i,am,my,me,we,myself,love,hate,adore,not,fan,into,moved,always,answer,answers,reply,replies,response,responses,emojis,now,can,lover,never'.split(
    ',',
  ),
);

const mayTeach = (sentences: Sentence[]): boolean =>
  sentences.some(({ words }) => words.some(({ norm }) => oneself.has(norm)));

function taughtBy(whole: string, sentences: Sentence[]): Lesson[] {
  const text = whole.length > 10_000 ? whole.slice(0, 10_000) : whole;
  const low = text.toLowerCase();
  const denial = denialAt(low);
  if (isPlayed(low) || isJoke(low.slice(denial)) || isForeign(low)) return [];
  const length = spokenLength(low);
  const others = saidByOthers(text);
  const isOurs = (start: number): boolean =>
    start < length && !others.some((line) => start >= line.start && start < line.end);
  const lessons = meant(sentences)
    .filter(({ words }) => isOurs(words[0]!.start))
    .flatMap(sentenceLessons)
    .filter(({ polarity }) => denial === 0 || polarity === 'NEGATIVE');
  return distinct(lessons.filter(({ end, key }) => end <= length && key.length <= 60));
}

const subjects = new Set(['i', 'we', 'my', 'me']);

/** The sentences up to where so much is said of oneself that it is pasted, without the rests of what is not meant. */
function meant(sentences: Sentence[]): Sentence[] {
  const found: Sentence[] = [];
  let count = 0;
  let isUnmeant = false;
  for (const sentence of sentences) {
    const { words, isRest } = sentence;
    for (const { norm } of words) if (subjects.has(norm)) count += 1;
    if (curtVerbs.has(words[0]!.norm)) count += 1;
    if (count > MOST_SUBJECTS) break;
    isUnmeant &&= isRest;
    if (!isUnmeant) found.push(sentence);
    isUnmeant ||= words.length > 100 && isUnmeantAfter(words);
  }
  return found;
}

function sentenceLessons(sentence: Sentence): Lesson[] {
  const lessons: Lesson[] = [];
  for (const statement of statementsOf(sentence)) statementLessons(statement, lessons);
  for (const statement of curtOf(sentence)) statementLessons(statement, lessons);
  lessons.push(
    ...traitsOf(sentence),
    ...(sentence.isRest ? [] : presumedTrade(sentence.words, 0)),
    ...repliesOf(sentence),
  );
  return lessons;
}

/** What "we" do may be what "I" do; what "we" like or want may be the taste or the aim of a company. */
const ofAll = [pastimesOf, identityOf, householdOf];
const ofOne = [tastesOf, ...ofAll, dietOf, workOf, goalsOf, wishesOf];

function statementLessons(statement: Statement, lessons: Lesson[]): void {
  if (isTakenBack(statement)) return;
  const styles = styleOf(statement);
  if (styles.length > 0) {
    lessons.push(...styles);
    return;
  }
  const isCopula = statement.verb === 'am' || statement.verb === 'was';
  if (statement.isPlural && isCopula) return;
  for (const read of statement.isPlural ? ofAll : ofOne) {
    const found = read(statement);
    if (found.length > 0) lessons.push(...found);
  }
}

const curtVerbs = new Set(['love', 'hate', 'adore', 'dislike', 'loathe', 'detest', 'moved']);

/** "Huge fan of jazz", "not into golf", "dont like mushrooms": said without "I". */
function curtOf({ words, isQuestion, isRest }: Sentence): Statement[] {
  if (isQuestion || isRest) return [];
  let at = 0;
  while (
    at < words.length &&
    /^(?:really|absolutely|just|also|and|but|haha|lol|honestly|actually|,|well|recently|definitely|totally|oh|yes|yeah|no)$/u.test(
      words[at]!.norm,
    )
  )
    at += 1;
  const norm = (offset: number): string => words[at + offset]?.norm ?? '';
  const curt = (
    verb: string,
    verbAt: number,
    isNegated: boolean,
    form: Statement['form'] = 'plain',
  ): Statement[] => [
    {
      words,
      first: at,
      isPlural: false,
      at: verbAt,
      verb,
      stop: words.length,
      form,
      isNegated,
      isOver: false,
    },
  ];
  if (curtVerbs.has(norm(0)) && !/^(?:you|it|this|that|the|u|from)$/u.test(norm(1)))
    return curt(norm(0), at, false);
  if (norm(0) === 'am' && /^(?:an?|from|allergic)$/u.test(norm(1))) return curt('am', at, false);
  if (norm(0) === 'do' && norm(1) === 'not' && /^(?:like|love|enjoy)$/u.test(norm(2)))
    return curt(norm(2), at + 2, true);
  if (norm(0) === 'can' && norm(1) === 'not' && /^(?:stand|get)$/u.test(norm(2)))
    return curt(norm(2), at + 2, true, 'can');
  const isNegated = norm(0) === 'not';
  const start = isNegated ? 1 : 0;
  const isMood = /^(?:a|an|big|huge|massive|total|fan|into|really|obsessed|passionate)$/u.test(norm(start));
  return isMood &&
    words.slice(at, at + 6).some((word) => /^(?:fan|lover|into|obsessed|passionate)$/u.test(word.norm))
    ? curt('am', at + start - 1, isNegated)
    : [];
}

/** The lessons in the order of the text, each once. */
function distinct(lessons: Lesson[]): Lesson[] {
  const seen = new Set<string>();
  return lessons
    .toSorted((a, b) => a.start - b.start)
    .filter(({ key, object, polarity, tense }) => {
      const sign = `${key} ${object} ${polarity} ${tense}`;
      if (seen.has(sign)) return false;
      seen.add(sign);
      return true;
    })
    .slice(0, MOST);
}
