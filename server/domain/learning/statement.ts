import type { Sentence, Word } from './utterance.ts';

/** How the verb of a statement stands: "I like", "I have always liked", "I used to like", "I would like" … */
export type Form = 'plain' | 'perfect' | 'usedTo' | 'wish' | 'can';

/** What somebody says of himself: "I" or "we", a verb, and what follows. */
export type Statement = {
  words: Word[];
  /** Index of the first word: of "I", or of the verb where "I" stands in a statement before. */
  first: number;
  isPlural: boolean;
  /** Index of the verb; "am" for all that is said with "to be" in the present. */
  at: number;
  verb: string;
  /** Where the statement ends at the latest, exclusive. */
  stop: number;
  form: Form;
  isNegated: boolean;
  /** "No longer", "not any more": it was so once. */
  isOver: boolean;
};

export const adverbs = new Set(
  'really,absolutely,also,still,always,actually,totally,truly,usually,generally,particularly,especially,genuinely,personally,currently,now,definitely,honestly,certainly,simply,just,only,both,often,mostly,mainly,sometimes,recently,deeply,very,quite,pretty,so,too,super,rather,kinda,sorta,too,extremely,strongly,already,originally,basically,happily,proudly,officially,soon,finally,secretly,lowkey,literally,presently,formerly,previously,once,normally,typically,regularly,mildly,severely,highly,fully,completely,utterly,incredibly,hopelessly,seriously,right,even,longtime,freaking,fucking,bloody,damn,obviously,probably,much,kind-of,apparently,nearly,almost,about,strictly,both,rarely'.split(
    ',',
  ),
);

/** Adverbs that take back what is said. */
const doubts = new Set(['probably', 'apparently', 'rarely', 'almost', 'nearly', 'sometimes']);

const participles = new Set(
  'been,loved,liked,enjoyed,moved,lived,worked,got,studied,played,wanted,hated,adored,joined,relocated,become,preferred,disliked,started,settled,owned,taught,spoken,used,retired,quit,left,fallen,turned,stopped,adopted'.split(
    ',',
  ),
);

/** Verbs that "do" strengthens: "I do like jazz". */
const strengthened = new Set('like,love,enjoy,live,work,have,prefer,play,speak,hate,own,want'.split(','));

/** Words before "I" that make of it a question, a condition, somebody else's words or a part of something. */
const unlicensed = new Set(
  'if,whether,that,what,how,where,who,whom,which,when,whenever,while,unless,until,till,before,after,than,lest,once,wherever,whatever,whoever,do,did,does,should,can,could,would,will,am,was,were,have,had,may,might,must,shall,not,think,thinks,thought,say,says,saying,said,know,knows,knew,believe,believes,guess,wish,hope,feel,feels,told,tell,tells,pretend,pretending,imagine,suppose,supposing,assume,assuming,mean,means,meant,wonder,forgot,remember,sure,case,time,moment,way,reason,thing,person,song,movie,book,film,show,poem,lyrics,called,titled,named,is,are,be,write,writes,wrote,translate,repeat,of,for,with,about,to,in,on,at,from,like,as,claim,claims,claimed,everything,anything,something,things,stuff,people,everyone,places,chance,day,only,saw,heard,read,sings,singing,sang,afraid,maybe,perhaps,let,because of,except,either,them,him,her,their,why,phrase,sentence,line,word,quote,title,dreamed,dreamt,says:,suggesting,suggests,implying'.split(
    ',',
  ),
);

/** Words that make the rest of a sentence a thought, not a fact. */
const suppositions = new Set(
  'if,imagine,suppose,supposing,assume,assuming,pretend,unless,whether,hypothetically,wish,dreamt,dreamed'.split(
    ',',
  ),
);

const reports = new Set(
  'said,says,say,told,tells,claims,claimed,thinks,thought,wrote,writes,asked,asks,replied,shouted,texted,sings,sang,singing,quote,quoting,yelled,tweeted,posted,insists,believes,goes,responded,answered,whispered,screamed,announced,saying,joked'.split(
    ',',
  ),
);

const dictations = new Set(
  'tell,say,write,translate,repeat,generate,create,draft,compose,type,print,respond,reply,rewrite,rephrase,proofread,paraphrase,correct,summarize,summarise,spell,fix,act,roleplay,begin,start,finish,complete,continue,make,add,put,change,send,email,post,use,pronounce,classify,analyze,analyse,explain,parse,define'.split(
    ',',
  ),
);

const polite = new Set(
  'please,now,then,ok,okay,so,and,hey,hi,hello,just,can,could,would,you,also,first,next'.split(','),
);

const asking = new Set(
  'what,where,when,why,how,who,which,do,does,did,can,could,would,will,should,is,are,am,any,shall,may,have,has,got,whats'.split(
    ',',
  ),
);
const asked = new Set(
  'you,i,we,it,there,he,she,they,that,this,is,are,do,does,did,can,could,should,would,about,many,much,the,my,your,to,kind,sort,type'.split(
    ',',
  ),
);

/** The statements that a person makes of himself in one sentence; those nobody can rely on are left out. */
export function statementsOf(sentence: Sentence): Statement[] {
  const { words } = sentence;
  const statements: Statement[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const { norm } = words[index]!;
    if (norm !== 'i' && norm !== 'we') continue;
    const end = licensedUpTo(sentence, index);
    if (end <= index) continue;
    const stop = Math.min(end, nextSubject(words, index + 1));
    const statement = predicateOf(words, index, stop, norm === 'we');
    if (statement === null) continue;
    statements.push(statement, ...sharedOf(statement));
  }
  return statements;
}

/** Where the statement of another subject begins that is marked as such. */
function nextSubject(words: Word[], from: number): number {
  for (let index = from; index < words.length; index += 1) {
    if (words[index]!.norm === 'i') return index;
  }
  return words.length;
}

/** Whether what begins here is said outright: up to where it is, or 0. */
export function licensedUpTo({ words, isQuestion }: Sentence, index: number): number {
  const before = words[index - 1];
  if (before !== undefined && unlicensed.has(before.norm) && !isOwnWord(words, index)) return 0;
  if (isSupposed(words, index) || isReported(words, index) || isDictated(words, index)) return 0;
  if (words.at(-1)!.norm === 'not' || hasDisclaimer(words, index)) return 0;
  return isQuestion ? questionStart(words, index + 2) : words.length;
}

/** Whether what follows these words in the same breath is not meant: a thought, a report, a dictation. */
export const isUnmeantAfter = (words: Word[]): boolean =>
  isSupposed(words, words.length) || isReported(words, words.length) || isDictated(words, words.length);

/** "I said I live in Oslo", "as much as I love jazz": still one's own word. */
function isOwnWord(words: Word[], index: number): boolean {
  const norm = (back: number): string => words[index - back]?.norm ?? '';
  if (norm(1) === 'said' || norm(1) === 'that') {
    const verb = norm(1) === 'that' ? 2 : 1;
    if (verb === 2 && /^(?:remember|note|mind|fact|forget)$/u.test(norm(2))) return true;
    return norm(verb) === 'said' && norm(verb + 1) === 'i';
  }
  if (norm(1) === 'remember' || norm(1) === 'mind') return norm(2) !== 'not';
  if (norm(1) === 'as') return norm(2) === 'much' || norm(2) === 'seeing';
  if (norm(1) === 'say') return norm(2) === 'to' && (norm(3) === 'have' || norm(3) === 'happy');
  if (norm(1) === 'time')
    return /^(?:free|spare|own|down|leisure)$/u.test(norm(2)) || (norm(2) === 'the' && norm(3) === 'of');
  return norm(1) === 'moment' && norm(2) === 'the' && norm(3) === 'at';
}

function isSupposed(words: Word[], index: number): boolean {
  for (let at = index - 1; at >= 0; at -= 1) {
    const { norm } = words[at]!;
    if (norm === 'but') return false;
    if (suppositions.has(norm)) return true;
    if (norm === 'in' && isFiction(words[at + 2]?.norm)) return true;
  }
  return false;
}

const isFiction = (word: string | undefined): boolean =>
  word !== undefined &&
  /^(?:game|story|dream|book|movie|scenario|novel|simulation|series|play|song)$/u.test(word);

function isReported(words: Word[], index: number): boolean {
  for (let at = index - 1; at >= 0; at -= 1) {
    const { norm } = words[at]!;
    if (norm === 'but') return false;
    if (reports.has(norm) && !isSaidByOneself(words, at)) return true;
  }
  return false;
}

function isSaidByOneself(words: Word[], at: number): boolean {
  const before = words[at - 1]?.norm ?? '';
  return (
    before === 'i' ||
    (before === 'to' && words[at - 2]?.norm === 'have') ||
    (before === 'have' && words[at - 2]?.norm === 'i')
  );
}

/** "Write that I am a nurse": words to be written, not meant. */
function isDictated(words: Word[], index: number): boolean {
  let at = 0;
  while (at < index && (polite.has(words[at]!.norm) || words[at]!.isMark)) at += 1;
  if (at >= index || !dictations.has(words[at]!.norm)) return false;
  for (let back = index - 1; back > at; back -= 1) {
    const { norm } = words[back]!;
    if (norm === 'because' || norm === 'since' || norm === 'but') return false;
  }
  const isToMe = words[at + 1]?.norm === 'me' && words[index - 1]?.norm === ',';
  return !isToMe;
}

/** "… said no one ever", "… he said". */
function hasDisclaimer(words: Word[], index: number): boolean {
  for (let at = index + 2; at < words.length - 1; at += 1) {
    if (words[at]!.norm !== ',' && words[at]!.norm !== 'said') continue;
    const said = words[at]!.norm === 'said' ? at : at + 1;
    const next = words[said]?.norm;
    if (next === 'said' && words[said + 1]?.norm !== 'to') return true;
    if (
      reports.has(words[said + 1]?.norm ?? '') &&
      /^(?:he|she|they|it)$/u.test(next ?? '') &&
      words.length - said <= 4
    )
      return true;
  }
  return false;
}

/** Where the question begins in a sentence that ends with its mark; 0 where all of it is one. */
function questionStart(words: Word[], from: number): number {
  for (let index = from; index < words.length; index += 1) {
    const { norm } = words[index]!;
    const next = words[index + 1];
    const isAsking = asking.has(norm) && next !== undefined && asked.has(next.norm);
    if (isAsking || (norm === 'you' && next === undefined)) {
      const before = words[index - 1]!.norm;
      return before === ',' || before === 'and' || before === 'but' || before === 'so' ? index - 1 : index;
    }
  }
  return 0;
}

/** Verbs that take the subject of the statement before: "I live in Oslo and work as a nurse". */
const shared = new Set(
  'live,work,love,like,hate,enjoy,study,play,have,speak,prefer,am,was,come,want,collect,dislike,adore,moved,own,use,used,do,can,not,worked,lived,studied,grew,got,hope,plan,teach,run,go,really,also,just,absolutely,currently,never,dream'.split(
    ',',
  ),
);

function sharedOf(statement: Statement): Statement[] {
  const { words, at, stop, isPlural } = statement;
  if (statement.form === 'wish' || notShared.has(statement.verb)) return [];
  for (let index = at + 1; index < stop - 1; index += 1) {
    const { norm } = words[index]!;
    if (
      norm === 'who' ||
      norm === 'which' ||
      norm === 'that' ||
      norm === 'she' ||
      norm === 'he' ||
      norm === 'they'
    )
      return [];
    if (norm !== 'and' && norm !== 'but' && norm !== ',') continue;
    let verb = index + 1;
    while (verb < stop && (words[verb]!.norm === 'and' || words[verb]!.norm === 'but')) verb += 1;
    const next = words[verb]?.norm ?? '';
    if (!shared.has(next) || words[verb + 1] === undefined) continue;
    if (next === 'not' || (norm === ',' && verb === index + 1 && next === 'like')) continue;
    const other = predicateOf(words, verb - 1, stop, isPlural);
    if (other === null) continue;
    const rest = { ...other, first: verb };
    return [rest, ...sharedOf(rest)];
  }
  return [];
}

const notShared = new Set(['want', 'need', 'going', 'think', 'know', 'said', 'wish']);

const NO_FORM: Form = 'plain';

/** What is said of the subject, or null where it is no statement of fact. */
function predicateOf(words: Word[], subject: number, stop: number, isPlural: boolean): Statement | null {
  let at = subject + 1;
  let form = NO_FORM;
  let isNegated = false;
  let isOver = false;
  for (; at < stop; at += 1) {
    const { norm } = words[at]!;
    const next = words[at + 1]?.norm ?? '';
    if (norm === 'not' || norm === 'never') {
      // "I don't not like pizza": nobody knows.
      if (isNegated) return null;
      isNegated = true;
    } else if (norm === 'no' && next === 'longer') {
      isNegated = true;
      isOver = true;
      at += 1;
    } else if ((norm === 'just' || norm === 'only' || norm === 'really just') && isNegated) return null;
    else if (doubts.has(norm)) return null;
    else if (norm === 'kind' || norm === 'sort') {
      if (next !== 'of') return null;
      at += 1;
    } else if (adverbs.has(norm)) continue;
    else if (norm === 'do' && (next === 'not' || next === 'really' || strengthened.has(next))) continue;
    else if (norm === 'have' && isPerfect(words, at + 1)) form = 'perfect';
    else if (norm === 'got' && form === 'perfect') return { ...base(), verb: 'have' };
    else if (norm === 'been') return copula();
    else if (norm === 'used' && next === 'to') {
      form = 'usedTo';
      at += 1;
    } else if (norm === 'be' || norm === 'am' || norm === 'are') return copula();
    else if (norm === 'would') form = 'wish';
    else if (norm === 'can' || norm === 'could') form = 'can';
    else if (norm === ',' && at > subject + 1) continue;
    else if (rejected.has(norm) || words[at]!.isMark) return null;
    else return { ...base(), verb: norm };
  }
  return null;

  /** What is not so after "I am": "not a nurse", "no longer a nurse"; null for "not just a nurse". */
  function copula(): Statement | null {
    let next = at + 1;
    for (; next < stop; next += 1) {
      const { norm } = words[next]!;
      if (norm === 'not' || norm === 'never') {
        if (isNegated) return null;
        isNegated = true;
      } else if (norm === 'no' && words[next + 1]?.norm === 'longer') isNegated = isOver = true;
      else if (isNegated && (norm === 'just' || norm === 'only')) return null;
      else if (doubts.has(norm)) return null;
      else if (!adverbs.has(norm) && norm !== 'longer') break;
    }
    return { ...base(), verb: 'am' };
  }

  function base(): Statement {
    const ended = isNegated && (isOver || isEnded(words, at, stop));
    return { words, first: subject, isPlural, at, verb: '', stop, form, isNegated, isOver: ended };
  }
}

/** "I like coffee, not really": what is said is taken back at once. */
export function isTakenBack({ words, at, stop, isNegated }: Statement): boolean {
  if (isNegated) return false;
  for (let index = at + 2; index < stop; index += 1) {
    if (words[index]!.norm !== 'not' || words[index - 1]!.norm !== ',') continue;
    const next = words[index + 1]?.norm ?? '';
    const end = next === 'at' && words[index + 2]?.norm === 'all' ? index + 3 : index + 2;
    const isTaken = end === index + 3 || /^(?:really|actually|much|anymore|exactly|quite|ever)$/u.test(next);
    if (isTaken && (words[end] === undefined || words[end].isMark)) return true;
  }
  return false;
}

const rejected = new Set('will,should,may,might,must,shall,did,had better,wish,need,never,ought'.split(','));

function isPerfect(words: Word[], from: number): boolean {
  for (let at = from; at < from + 3; at += 1) {
    const norm = words[at]?.norm ?? '';
    if (participles.has(norm)) return true;
    if (!adverbs.has(norm) && norm !== 'not' && norm !== 'never') return false;
  }
  return false;
}

/** "… any more". */
function isEnded(words: Word[], from: number, stop: number): boolean {
  for (let at = from; at < stop; at += 1) {
    const { norm } = words[at]!;
    if (norm === 'anymore') return true;
    if (norm === 'any' && /^(?:more|longer)$/u.test(words[at + 1]?.norm ?? '')) return true;
    if (norm === ',' || norm === 'and' || norm === 'but') return false;
  }
  return false;
}

/** Index after "am" and the adverbs that follow it. */
export function complementAt({ words, at, stop }: Statement): number {
  let from = at + 1;
  while (
    from < stop &&
    (adverbs.has(words[from]!.norm) || /^(?:not|no|longer|been)$/u.test(words[from]!.norm))
  )
    from += 1;
  return from;
}

export const isPartEnd = (words: Word[], at: number, stop: number): boolean =>
  at >= stop ||
  words[at]!.isMark ||
  /^(?:and|but|from|so|i|who|by|btw|living|here|lol|too|though|also|because)$/u.test(words[at]!.norm);
