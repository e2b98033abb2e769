/** Splits a list of words, or of phrases when the separator is a comma. */
const list = (text: string, separator = ' '): string[] => text.trim().split(separator);

/** Turn what comes after them around. */
export const negators = list(
  "no not never none nobody nothing nowhere neither nor cannot without hardly barely scarcely rarely seldom lacks lacking despite dont doesnt didnt isnt arent wasnt werent wont cant couldnt shouldnt wouldnt hasnt havent hadnt aint don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't shouldn't wouldn't hasn't haven't hadn't ain't mustn't needn't",
);

/** Make what comes after them stronger. */
export const boosters = list(
  'absolutely amazingly awfully completely considerably damn decidedly deeply enormously entirely especially exceptionally extraordinarily extremely freaking fricking fucking greatly highly hugely incredibly insanely intensely majorly more most much particularly pretty profoundly purely quite really remarkably ridiculously seriously so substantially super terribly thoroughly totally tremendously truly uber unbelievably unusually utterly very way',
);

/** Make what comes after them weaker. */
export const dampeners = list(
  'almost barely fairly hardly kinda less little marginally mildly moderately occasionally partially partly scarcely slightly somewhat sorta',
);

/** What follows them weighs more than what came before. */
export const contrasts = list('but however');

/** Marks the measure as exceeded when another word follows: "too long", but not "me too". */
export const excess = 'too';

/**
 * Rated as feelings by the lexicons, while in a chat they name what is asked for: "please help me save a number" is
 * a neutral request.
 */
export const requests = list(
  'accept accepts care cares create created creates creating hand hands help helped helping helps join joined joining joins number numbers original party parties play played playing plays please save saved saves saving share shared shares sharing solution solutions support supported supporting supports sure want wants',
);

/** Said of things that work, and missing in lexicons that were made of news and tweets. */
export const praises = list(
  'accurate accurately affordable convenient crisp durable easier easily easy effortless fast faster flawless flawlessly handy hassle-free intuitive quick quickly refreshing reliable responsive seamless seamlessly simple simply smooth smoothly sturdy user-friendly vivid',
);

/** Said of things that do not work. */
export const complaints = list(
  'broke broken buggy bugs clunky confusing crash crashed crashes crashing cumbersome defective expensive faulty flimsy freezes froze garbage generic glitch glitches glitchy hassle inaccurate incomplete junk lag laggy malfunction malfunctioned malfunctioning mediocre noisy nuisance outdated overpriced poorly refund slow slower slowly trash unnecessary unreliable unresponsive unusable',
);

const whoLike = list('i,we,they,really,to,also,still,always,actually,who,do', ',').map(
  (word): [string, number] => [`${word} like`, 1.8],
);
const whatFails = negators.flatMap((word): [string, number][] => [
  [`${word} like`, -1.6],
  [`${word} work`, -1.6],
  [`${word} working`, -1.6],
]);

/** Two words that feel otherwise than each of them; "like" is a feeling only as a verb. */
export const pairs: ReadonlyMap<string, number> = new Map([
  ...whoLike,
  ...whatFails,
  ["can't wait", 2.4],
  ['cant wait', 2.4],
  ['cannot wait', 2.4],
  ["can't complain", 1],
  ["don't worry", 0.5],
  ["don't mind", 0],
  ['good grief', -1],
  ['it works', 1.2],
  ['kind of', 0],
  ['kinds of', 0],
  ['as well', 0],
  ['let down', -2],
  ['look forward', 1.8],
  ['looking forward', 1.8],
  ['my bad', -0.5],
  ['never mind', 0],
  ['no doubt', 0],
  ['no problem', 0.8],
  ['no problems', 1],
  ['no worries', 0.8],
  ['not only', 0],
  ['oh well', -0.5],
  ['rip off', -2],
  ['ripped off', -2],
  ['stopped working', -1.6],
  ['stops working', -1.6],
  ['too bad', -1.5],
  ['well done', 2],
]);

/** Widely used, and younger than the ranking of emoji that the lexicon comes from, or rated there by too few. */
export const emoji: ReadonlyMap<string, number> = new Map(
  (
    [
      ['🤩🥰🥳', 2.6],
      ['🔥💯🤗🫶🤣', 1.6],
      ['🙂🤝', 0.8],
      ['🙃🤦🥱🫠🙄', -0.8],
      ['🙁💔👎🤡', -1.8],
      ['🤢🤮💩😠😡🤬🖕', -2.4],
    ] as const
  ).flatMap(([symbols, valence]) => Array.from(symbols, (symbol): [string, number] => [symbol, valence])),
);

/** The words that nearly every English sentence has one of; none is frequent in another language below. */
export const englishWords = list(
  "the a and of to is are was were be been it its it's i'm you your my we our they their this that these those for with on at by from what how why when where who which have has had can could would should will do does did not but if so very i he she or in as an all just",
);

/** Frequent words of German, Dutch, French, Spanish, Portuguese, Italian, Polish, Turkish and Swedish, none English. */
export const foreignWords = list(
  'der das und ist nicht ich wir ein eine einen mit auf für dem zu sie sind auch wie sehr mein dein es von im bitte kann habe ' +
    'het een niet ik je voor naar zijn deze ook maar heb wat ' +
    'le les des et est pas une nous vous mon dans avec sur ne ce cette très sont que qui du au ' +
    'el los las una y muy pero por para mi su lo está estoy se gusta ' +
    'uma não muito eu meu mas isso ' +
    'il gli che di è sono non molto mio per questo della nel anche ' +
    'nie jest się że jak bardzo mnie ' +
    'bir bu ve çok değil için ' +
    'och är inte jag att det som på mycket',
);
