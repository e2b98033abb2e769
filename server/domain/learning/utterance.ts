/** A word, or a mark such as a comma, as it stands in the text. */
export type Word = {
  text: string;
  /** Lower case, spelled out: "luv" is "love", "im" is "i" and "am". */
  norm: string;
  /** Offsets in UTF-16 units; the two words of a contraction share them. */
  start: number;
  end: number;
  /** Whether it is a mark and not a word. */
  isMark: boolean;
};

/** Words up to a full stop, a question or exclamation mark, or the end of a line. */
export type Sentence = {
  words: Word[];
  isQuestion: boolean;
  /** Whether it goes on from the sentence before, which was cut for its length. */
  isRest: boolean;
};

/** No more of a message than this is read: who pastes a book says nothing of himself in it. */
const LONGEST = 10_000;

/** No sentence has more words; what has is cut, so that each of them may be compared with each. */
const MOST_WORDS = 120;

// A word may hold apostrophes, hyphens and dots ("don't", "sci-fi", "node.js"), a number its commas and dots.
const TOKEN =
  /[\p{L}\p{M}](?:[\p{L}\p{M}\p{N}_]|['’.&-](?=[\p{L}\p{N}])|[+#](?![\p{L}\p{N}]))*|\p{N}+(?:[.,]\p{N}+)*[\p{L}%]*|\r?\n|[.!?…]+|[^\s\p{L}\p{N}]/gu;

/** What people write, and what they mean by it. */
const spellings = new Map(
  Object.entries({
    "i'm": 'i am',
    im: 'i am',
    iam: 'i am',
    "i've": 'i have',
    ive: 'i have',
    "i'd": 'i would',
    "i'll": 'i will',
    "i'am": 'i am',
    "we're": 'we are',
    "we've": 'we have',
    "don't": 'do not',
    dont: 'do not',
    "don't.": 'do not',
    dnt: 'do not',
    "didn't": 'did not',
    didnt: 'did not',
    "doesn't": 'does not',
    doesnt: 'does not',
    "isn't": 'is not',
    isnt: 'is not',
    "aren't": 'are not',
    arent: 'are not',
    "wasn't": 'was not',
    wasnt: 'was not',
    "can't": 'can not',
    cant: 'can not',
    cannot: 'can not',
    "couldn't": 'could not',
    couldnt: 'could not',
    "won't": 'will not',
    wont: 'will not',
    "wouldn't": 'would not',
    wouldnt: 'would not',
    "shouldn't": 'should not',
    "haven't": 'have not',
    havent: 'have not',
    "hasn't": 'has not',
    "hadn't": 'had not',
    "ain't": 'am not',
    aint: 'am not',
    "it's": 'it is',
    "that's": 'that is',
    thats: 'that is',
    "what's": 'what is',
    whats: 'what is',
    "who's": 'who is',
    "name's": 'name is',
    "let's": 'let us',
    wanna: 'want to',
    gonna: 'going to',
    gotta: 'got to',
    luv: 'love',
    lov: 'love',
    lvoe: 'love',
    loev: 'love',
    lke: 'like',
    liek: 'like',
    likee: 'like',
    enjoi: 'enjoy',
    injoy: 'enjoy',
    realy: 'really',
    rly: 'really',
    relly: 'really',
    reallly: 'really',
    realllly: 'really',
    absolutly: 'absolutely',
    definately: 'definitely',
    definitly: 'definitely',
    favorite: 'favourite',
    favorites: 'favourites',
    fav: 'favourite',
    fave: 'favourite',
    faves: 'favourites',
    favs: 'favourites',
    favrite: 'favourite',
    favourit: 'favourite',
    favorit: 'favourite',
    u: 'you',
    ur: 'your',
    yr: 'your',
    plz: 'please',
    pls: 'please',
    bc: 'because',
    cuz: 'because',
    coz: 'because',
    'b/c': 'because',
    becuase: 'because',
    becasue: 'because',
    cause: 'because',
    n: 'and',
    '&': 'and',
    tho: 'though',
    freind: 'friend',
    jaz: 'jazz',
    jazzz: 'jazz',
    musik: 'music',
    musc: 'music',
    muisc: 'music',
    gitar: 'guitar',
    guitare: 'guitar',
    guiter: 'guitar',
    footbal: 'football',
    fotball: 'football',
    baskteball: 'basketball',
    vegeterian: 'vegetarian',
    vegitarian: 'vegetarian',
    allergik: 'allergic',
    alergic: 'allergic',
    enginer: 'engineer',
    enginner: 'engineer',
    techer: 'teacher',
    studing: 'studying',
    traveling: 'travelling',
    traval: 'travel',
    cofee: 'coffee',
    coffe: 'coffee',
    choclate: 'chocolate',
    hikeing: 'hiking',
    swiming: 'swimming',
    wrk: 'work',
    wrok: 'work',
    'c++': 'cplusplus',
    'c#': 'csharp',
    hav: 'have',
    'anymore.': 'anymore',
    prefere: 'prefer',
    perfer: 'prefer',
    adress: 'address',
    hobbys: 'hobbies',
    hobbie: 'hobby',
    intrested: 'interested',
    intersted: 'interested',
    interrested: 'interested',
    alot: 'lot',
  }).map(([said, meant]) => [said, meant.split(' ')] as const),
);

/** The sentences of a text without what is quoted in it: quotations, code, what somebody else wrote. */
export function sentencesOf(text: string): Sentence[] {
  const shown = mask(text.length > LONGEST ? text.slice(0, LONGEST) : text);
  const sentences: Sentence[] = [];
  let words: Word[] = [];
  const finish = (isQuestion: boolean): void => {
    for (let from = 0; from < words.length; from += MOST_WORDS) {
      const isWhole = words.length <= MOST_WORDS;
      const part = isWhole ? words : words.slice(from, from + MOST_WORDS);
      sentences.push({ words: part, isQuestion, isRest: from > 0 });
    }
    words = [];
  };
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(shown); match !== null; match = TOKEN.exec(shown)) {
    const [token] = match;
    const first = token.codePointAt(0)!;
    if (first === 10 || first === 13) finish(false);
    else if (isStop(first)) {
      // Three dots are a pause.
      if (token === '..' || token.startsWith('...') || token === '…') addMark(words, ',', match.index);
      else finish(token.includes('?'));
    } else addWord(words, token, match.index);
  }
  finish(false);
  return sentences;
}

const isStop = (code: number): boolean => code === 46 || code === 33 || code === 63 || code === 0x2026;

function addMark(words: Word[], text: string, start: number): void {
  words.push({ text, norm: text, start, end: start + text.length, isMark: true });
}

const isPlainLetter = (code: number): boolean => code > 96 && code < 123;

const LETTER = /[\p{L}\p{N}]/u;

function addWord(words: Word[], token: string, start: number): void {
  const end = start + token.length;
  const low = token.toLowerCase();
  const said = low.includes('’') ? low.replaceAll('’', "'") : low;
  const short = shorten(said);
  const meant = spellings.get(said) ?? (short === said ? undefined : spellings.get(short));
  if (meant !== undefined) {
    for (const norm of meant) words.push({ text: token, norm, start, end, isMark: false });
    return;
  }
  const isMark = !isPlainLetter(said.charCodeAt(0)) && !LETTER.test(token);
  words.push({ text: token, norm: isMark ? asMark(said) : short, start, end, isMark });
}

const asMark = (mark: string): string =>
  mark === ';' || mark === '–' || mark === '—' || mark === '(' || mark === ')' || mark === '-' ? ',' : mark;

/** "loooove" is "love", "sooo" is "so". */
function shorten(word: string): string {
  for (let at = 2; at < word.length; at += 1) {
    const code = word.charCodeAt(at);
    const isRun = code === word.charCodeAt(at - 1) && code === word.charCodeAt(at - 2);
    if (isRun && code > 96) return word.replaceAll(/(\p{L})\1{2,}/gu, '$1');
  }
  return word;
}

const FENCES = /```[^]*?(?:```|$)|`[^`\n]*`/gu;
const QUOTES =
  /"[^"\n]{0,2000}"|“[^”\n]{0,2000}”|«[^»\n]{0,2000}»|„[^“”\n]{0,2000}[“”]|(?<![\p{L}\p{N}])['‘](?=[\p{L}])[^'’\n]{2,200}(?:['’](?=[\p{L}])[^'’\n]{0,200})*['’](?![\p{L}\p{N}])/gu;
const LINKS = /(?:https?:\/\/|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}/gu;

// Offsets stay as they are: what is hidden becomes one sign that no rule knows, and blanks.
const hide = (part: string): string => `§${' '.repeat(part.length - 1)}`;

function mask(text: string): string {
  let shown = text;
  if (shown.includes('`')) shown = shown.replaceAll(FENCES, hide);
  if (/["“«„'‘]/u.test(shown)) shown = shown.replaceAll(QUOTES, hide);
  if (shown.includes('://') || shown.includes('www.') || shown.includes('@'))
    shown = shown.replaceAll(LINKS, hide);
  return hideForeignLines(shown);
}

const FOREIGN_LINE =
  /^\s*(?:>|\/\/|\/\*|[$#%]\s|[{}[\]]|<(?!3)|\d{4}-\d\d-\d\d|\[?\d\d:\d\d|(?:at|import|from|const|let|var|def|function|class|return|public|private|SELECT|INSERT|ERROR|WARN|INFO|DEBUG|Traceback)\b.*[;:(){}=<>]|\w+:\s.*\w+:\s)|[;{}]\s*$|=>|\(\)|<\/|!=|==/u;

/** Lines of code, of a log, or quoted from a mail say nothing of who pastes them. */
function hideForeignLines(text: string): string {
  if (!FOREIGN_HINT.test(text)) return text;
  return text
    .split('\n')
    .map((line) => (line.length > 0 && FOREIGN_LINE.test(line) ? hide(line) : line))
    .join('\n');
}

const FOREIGN_HINT = /\/[/*]|[>$#%{}<=;[\]]|\(\)|\d\d:\d\d|\d{4}-|Traceback/u;
