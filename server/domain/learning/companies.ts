import { isPlace, titled } from './places.ts';
import type { Word } from './utterance.ts';

const norm = (words: Word[], at: number): string => words[at]?.norm ?? '';

export const companies = new Set(
  'google,microsoft,apple,amazon,facebook,meta,netflix,spotify,ibm,intel,nvidia,oracle,sap,siemens,bosch,bmw,volkswagen,audi,mercedes,toyota,honda,sony,samsung,lg,nokia,ericsson,ikea,h&m,walmart,target,costco,starbucks,mcdonalds,mcdonald,nike,adidas,uber,lyft,airbnb,twitter,linkedin,tiktok,salesforce,adobe,cisco,dell,hp,accenture,deloitte,kpmg,pwc,ey,mckinsey,bcg,goldman,jpmorgan,citibank,hsbc,barclays,visa,mastercard,paypal,stripe,shopify,tesla,spacex,nasa,boeing,airbus,lufthansa,ryanair,dhl,ups,fedex,pfizer,bayer,novartis,roche,nestle,unilever,zalando,klarna,revolut,equinor,telenor,volvo,maersk,philips,shell,bp,total,exxon,openai,github,atlassian,booking.com,aldi,lidl,tesco,nhs,cern'.split(
    ',',
  ),
);
const upperCompanies = new Set(
  'ibm,sap,bmw,lg,hp,pwc,ey,bcg,hsbc,dhl,ups,nasa,bp,nhs,cern,kpmg,h&m'.split(','),
);

/** Places of work that have no name. */
const workplaces =
  /^(?:hospital|bank|school|university|restaurant|cafe|café|bakery|supermarket|library|museum|hotel|pharmacy|clinic|startup|start-up|company|factory|warehouse|shop|store|bookstore|bookshop|kindergarten|daycare|lab|laboratory|agency|firm|call center|center|centre|gym|airport|airline|brewery|farm|theatre|theater|studio|government|city|ngo|nonprofit|non-profit|charity|newspaper|magazine|publisher|salon|garage|nursery|zoo|embassy|court|police|army|navy|post office|office|institute|ministry)$/u;

type Body = { name: string; article: string; end: number };

/** A company by its name, or a place of work ("a bank"). */
export function bodyAt(words: Word[], from: number, stop: number, mayBeCommon: boolean): Body | null {
  const article = /^(?:an?|the)$/u.test(norm(words, from)) ? `${norm(words, from)} ` : '';
  const begin = article === '' ? from : from + 1;
  let at = begin;
  while (at < stop && at < begin + 4 && isBodyWord(words, at, begin)) at += 1;
  if (at > begin) {
    const phrase = words.slice(begin, at);
    if (article === '' && isPlace(phrase.map(({ norm: it }) => it).join(' '))) return null;
    return { name: phrase.map(named).join(' '), article: article === 'the ' ? 'the ' : '', end: at };
  }
  if (!mayBeCommon || article === '') return null;
  for (at = begin; at < Math.min(stop, begin + 4); at += 1) {
    const { norm: it, isMark } = words[at]!;
    if (isMark || /^(?:and|that|which|i|in|of|my|your)$/u.test(it)) return null;
    const isLast =
      at + 1 >= stop ||
      words[at + 1]!.isMark ||
      /^(?:in|and|near|as|but|for|since|that|until|i|so|which|called|now|here|on|with|where)$/u.test(
        norm(words, at + 1),
      );
    if (isLast)
      return workplaces.test(it)
        ? {
            name: words
              .slice(begin, at + 1)
              .map((word) => (/^\p{Lu}/u.test(word.text) ? word.text : word.norm))
              .join(' '),
            article,
            end: at + 1,
          }
        : null;
  }
  return null;
}

const noBodies =
  /^(?:i|you|it|them|him|her|night|home|monday|tuesday|wednesday|thursday|friday|saturday|sunday|support|january|february|march|april|may|june|july|august|september|october|november|december|christmas|my|your|least|this|that|now|and|in|on)$/u;

function isBodyWord(words: Word[], at: number, begin: number): boolean {
  const { text, norm: it, isMark } = words[at]!;
  if (isMark || noBodies.test(it)) return false;
  if (companies.has(it)) return true;
  if (/^\p{Lu}[\p{L}\p{N}.&'’-]*$/u.test(text) && (text.length > 1 || at > begin))
    return text !== text.toUpperCase() || text.length <= 5;
  return at > begin && it === 'of' && /^\p{Lu}/u.test(words[at + 1]?.text ?? '');
}

const named = ({ text, norm: it }: Word): string =>
  upperCompanies.has(it) ? it.toUpperCase() : /^\p{Lu}/u.test(text) ? text : it === 'of' ? it : titled(it);
