import type { JsonObject } from '../value.ts';

/** Languages whose endings PostgreSQL knows, by ISO 639-1. */
export const languages =
  'ar hy eu ca da nl en fi fr de el hi hu id ga it lt ne no pt ro ru sr es sv ta tr yi'.split(' ');
const known = new Set(languages);

/** Scripts that tell the language, as far as it is one of those. */
const scripts: [RegExp, string][] = [
  [/\p{Script=Greek}/u, 'el'],
  [/[іїєґ]/iu, ''],
  [/\p{Script=Cyrillic}/u, 'ru'],
  [/\p{Script=Arabic}/u, 'ar'],
  [/\p{Script=Armenian}/u, 'hy'],
  [/\p{Script=Devanagari}/u, 'hi'],
  [/\p{Script=Tamil}/u, 'ta'],
  [/\p{Script=Hebrew}/u, 'yi'],
];

/** Words that are frequent in one of the languages of the Latin script and rare in most others. */
const frequent: Record<string, string> = {
  en: 'the and you my is are what how it of for with have this that please when your can not was would me does i to in do at be',
  de: 'der die das und ich ist nicht ein eine wie sie mein meine mit für auf wann bitte was es zu kann den von haben habe im wir',
  fr: 'le les et je est pas une vous mon ma que pour avec dans quand des du en où ce il mes sur la suis bonjour nous votre',
  es: 'el los y que mi es no una por para con qué cuándo está en las del lo un hola gracias puedo mis tengo quiero la cómo yo',
  pt: 'o os e que meu minha é não uma por para com quando está em as do da um olá obrigado posso eu você quero meus tenho',
  it: 'il gli e che mio mia è non una per con quando sono di della un ciao grazie posso io vorrei la come ho lo i nel',
  nl: 'de het en ik is niet een mijn met voor wanneer van op dat wat hoe kan u je zijn heb aan er',
  sv: 'och jag är inte en ett min med för när på att det vad hur kan du har av den som vill',
  da: 'og jeg er ikke en et min med for hvornår på at det hvad hvordan kan du har af den som vil mine',
  no: 'og jeg er ikke en et min med for når på å det hva hvordan kan du har av den som vil mine',
  fi: 'ja on ei minun kanssa milloin että mikä miten voi sinä olen se ovat mutta kiitos hei minä voinko',
  hu: 'a az és nem egy mikor hogy van mi hogyan meg is kérem szeretnék én vagyok',
  tr: 've bir bu ben değil için ile ne nasıl zaman mi mı var benim çok merhaba lütfen',
  ro: 'și nu un o este cu pentru când în că ce cum pot eu sunt meu mea vreau',
  id: 'dan yang saya tidak untuk dengan kapan di ini itu apa bagaimana bisa ada ke dari',
};

const languagesOf = new Map<string, string[]>();
for (const [language, words] of Object.entries(frequent)) {
  for (const word of words.split(' ')) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language]);
}

/** So much of a text is looked at. */
const LOOKED_AT = 500;

/** Names of metadata fields in which bots tell the language of a message. */
const stating = ['language', 'language_code', 'languageCode', 'lang', 'locale'];

/**
 * The language of a text: as its sender states it, else as its script or its frequent words tell. Null where that is
 * no language with known endings, or nothing decides; the words themselves are found all the same.
 */
export function languageOf(text: string, metadata: JsonObject): string | null {
  for (const name of stating) {
    const stated = metadata[name];
    const code = typeof stated === 'string' ? stated.slice(0, 2).toLowerCase() : '';
    if (known.has(code) && !/^[a-z]/iu.test((stated as string).slice(2))) return code;
  }
  const beginning = text.slice(0, LOOKED_AT).toLowerCase();
  // oxlint-disable-next-line no-control-regex -- most texts are plain ASCII, which no other script is in
  if (/[^\u0000-\u024f]/u.test(beginning)) {
    const found = scripts.find(([script]) => script.test(beginning));
    if (found !== undefined) return found[1] || null;
  }
  return ofWords(beginning);
}

function ofWords(text: string): string | null {
  const votes = new Map<string, number>();
  for (const [word] of text.matchAll(/\p{L}+/gu)) {
    for (const language of languagesOf.get(word) ?? []) votes.set(language, (votes.get(language) ?? 0) + 1);
  }
  const [first, second] = [...votes].toSorted((a, b) => b[1] - a[1]);
  return first === undefined || first[1] === second?.[1] ? null : first[0];
}
