import type { Word } from './utterance.ts';
import { fieldOf } from './gazetteer.ts';
import { plain } from './naming.ts';

const list = (names: string): string[] => names.split(',');

const countries = list(
  'norway,sweden,denmark,finland,iceland,germany,austria,switzerland,france,spain,portugal,italy,greece,turkey,poland,czechia,czech republic,slovakia,hungary,romania,bulgaria,serbia,croatia,slovenia,bosnia,albania,north macedonia,montenegro,kosovo,ukraine,belarus,russia,estonia,latvia,lithuania,netherlands,the netherlands,holland,belgium,luxembourg,ireland,northern ireland,scotland,wales,england,britain,great britain,united kingdom,uk,malta,cyprus,usa,us,united states,america,canada,mexico,guatemala,costa rica,panama,cuba,jamaica,haiti,dominican republic,puerto rico,colombia,venezuela,ecuador,peru,bolivia,chile,argentina,uruguay,paraguay,brazil,morocco,algeria,tunisia,egypt,libya,sudan,ethiopia,kenya,uganda,tanzania,rwanda,nigeria,ghana,senegal,ivory coast,cameroon,angola,zambia,zimbabwe,mozambique,south africa,namibia,botswana,madagascar,israel,palestine,lebanon,syria,jordan,iraq,iran,saudi arabia,united arab emirates,uae,qatar,kuwait,oman,yemen,bahrain,afghanistan,pakistan,india,bangladesh,nepal,sri lanka,china,japan,south korea,korea,north korea,taiwan,mongolia,thailand,vietnam,cambodia,laos,myanmar,malaysia,indonesia,philippines,the philippines,australia,new zealand,fiji,kazakhstan,uzbekistan,georgia,armenia,azerbaijan,europe,africa,asia,south america',
);

const cities = list(
  'oslo,bergen,trondheim,stavanger,tromsø,stockholm,gothenburg,malmö,uppsala,copenhagen,aarhus,odense,helsinki,tampere,turku,reykjavik,berlin,hamburg,munich,cologne,frankfurt,stuttgart,düsseldorf,leipzig,dresden,hanover,bremen,nuremberg,dortmund,essen,bonn,heidelberg,freiburg,vienna,graz,salzburg,innsbruck,linz,zurich,zürich,geneva,basel,bern,lausanne,paris,lyon,marseille,toulouse,nice,bordeaux,lille,nantes,strasbourg,montpellier,madrid,barcelona,valencia,seville,bilbao,malaga,málaga,granada,zaragoza,lisbon,porto,braga,rome,milan,naples,turin,florence,venice,bologna,palermo,genoa,verona,athens,thessaloniki,istanbul,ankara,izmir,warsaw,krakow,kraków,gdansk,wroclaw,poznan,lodz,prague,brno,bratislava,budapest,bucharest,cluj,sofia,belgrade,zagreb,split,ljubljana,sarajevo,skopje,tirana,kyiv,kiev,lviv,odesa,odessa,minsk,moscow,saint petersburg,st petersburg,tallinn,riga,vilnius,kaunas,amsterdam,rotterdam,utrecht,the hague,eindhoven,groningen,leiden,brussels,antwerp,ghent,bruges,dublin,cork,galway,belfast,london,manchester,birmingham,liverpool,leeds,sheffield,bristol,newcastle,nottingham,oxford,cambridge,brighton,edinburgh,glasgow,aberdeen,cardiff,swansea,york,bath,new york,new york city,nyc,los angeles,chicago,houston,phoenix,philadelphia,san antonio,san diego,dallas,austin,san francisco,seattle,denver,boston,washington,washington dc,nashville,portland,las vegas,detroit,memphis,atlanta,miami,orlando,tampa,minneapolis,cleveland,new orleans,pittsburgh,st louis,kansas city,salt lake city,sacramento,san jose,oakland,brooklyn,queens,manhattan,honolulu,baltimore,charlotte,indianapolis,columbus,milwaukee,buffalo,raleigh,toronto,montreal,vancouver,calgary,ottawa,edmonton,quebec,winnipeg,halifax,mexico city,guadalajara,monterrey,bogota,bogotá,medellin,cali,lima,quito,santiago,buenos aires,cordoba,montevideo,asuncion,la paz,caracas,havana,rio de janeiro,rio,sao paulo,são paulo,brasilia,salvador,recife,porto alegre,casablanca,marrakesh,rabat,algiers,tunis,cairo,alexandria,addis ababa,nairobi,mombasa,kampala,kigali,lagos,abuja,accra,dakar,luanda,johannesburg,cape town,durban,pretoria,harare,tel aviv,jerusalem,haifa,beirut,amman,damascus,baghdad,tehran,riyadh,jeddah,dubai,abu dhabi,doha,kabul,karachi,lahore,islamabad,delhi,new delhi,mumbai,bangalore,bengaluru,chennai,kolkata,hyderabad,pune,ahmedabad,jaipur,goa,dhaka,kathmandu,colombo,beijing,shanghai,shenzhen,guangzhou,chengdu,wuhan,hong kong,macau,taipei,tokyo,osaka,kyoto,yokohama,sapporo,nagoya,fukuoka,seoul,busan,bangkok,chiang mai,phuket,hanoi,ho chi minh city,saigon,da nang,phnom penh,yangon,kuala lumpur,penang,singapore,jakarta,bali,bandung,surabaya,manila,cebu,sydney,melbourne,brisbane,perth,adelaide,canberra,hobart,auckland,wellington,christchurch,almaty,tashkent,tbilisi,yerevan,baku',
);

const regions = list(
  'california,texas,florida,ohio,michigan,oregon,nevada,arizona,colorado,utah,montana,idaho,wyoming,alaska,hawaii,new mexico,oklahoma,kansas,nebraska,iowa,missouri,arkansas,louisiana,mississippi,alabama,tennessee,kentucky,illinois,indiana,wisconsin,minnesota,north dakota,south dakota,north carolina,south carolina,virginia,west virginia,maryland,delaware,new jersey,pennsylvania,connecticut,rhode island,massachusetts,vermont,new hampshire,maine,new england,ontario,alberta,british columbia,nova scotia,bavaria,saxony,tuscany,sicily,sardinia,lombardy,andalusia,catalonia,galicia,provence,brittany,normandy,alsace,cornwall,yorkshire,kent,essex,sussex,devon,lapland,scandinavia,queensland,tasmania,victoria,new south wales,kerala,punjab,gujarat,bengal,crimea,siberia,tyrol,flanders,wallonia,madeira,the azores,the canary islands,crete,corsica',
);

const places = new Set([...countries, ...cities, ...regions].map(plain));

const articled = new Set(
  'uk,us,usa,uae,netherlands,philippines,united states,united kingdom,united arab emirates,czech republic,dominican republic,hague'.split(
    ',',
  ),
);

const capitals = new Set(['usa', 'us', 'uk', 'uae', 'nyc', 'dc']);
const small = new Set([
  'of',
  'de',
  'da',
  'do',
  'la',
  'las',
  'los',
  'el',
  'the',
  'upon',
  'del',
  'am',
  'an',
  'der',
  'den',
  'den',
  'le',
  'sur',
  'on',
  'in',
  'aan',
]);

/** Words with a capital that are no names of places. */
const noPlaces = new Set(
  'monday,tuesday,wednesday,thursday,friday,saturday,sunday,january,february,march,april,may,june,july,august,september,october,november,december,i,support,sales,billing,accounting,marketing,hr,it,management,work,home,school,google,microsoft,apple,amazon,facebook,god,hell,heaven,english,german,french,spanish'.split(
    ',',
  ),
);

/** Last words that tell a company or a team from a place. */
const bodies =
  /^(?:inc|corp|ltd|llc|gmbh|team|bank|university|support|sales|company|group|department|college|service|magazine|news)$/u;

export type Place = { object: string; name: string; end: number };

/** The place that is named here; one that is not known needs its capital letter. */
export function placeAt(words: Word[], from: number, stop: number): Place | null {
  const at = words[from]?.norm === 'the' ? from + 1 : from;
  const known = knownPlaceAt(words, from, stop) ?? knownPlaceAt(words, at, stop);
  const longer = capitalPlaceAt(words, at, stop);
  if (known !== null) return known;
  return longer;
}

function knownPlaceAt(words: Word[], from: number, stop: number): Place | null {
  for (let length = Math.min(4, stop - from); length > 0; length -= 1) {
    const phrase = words.slice(from, from + length);
    if (phrase.some(({ isMark }) => isMark)) continue;
    const isUs = phrase[0]!.norm !== 'us' || phrase[0]!.text === 'US' || words[from - 1]?.norm === 'the';
    const object = plain(phrase.map(({ norm }) => norm).join(' '));
    if (!isUs || !places.has(object)) continue;
    const end = from + length;
    const name = articled.has(object) ? `the ${nameOf(phrase)}` : nameOf(phrase);
    return { object: object.replace(/^the /u, ''), ...withRegion(words, end, stop, name) };
  }
  return null;
}

/** "Portland, Oregon": the region goes with the name. */
function withRegion(words: Word[], end: number, stop: number, name: string): { name: string; end: number } {
  if (end + 1 >= stop || words[end]!.norm !== ',') return { name, end };
  for (let length = Math.min(3, stop - end - 1); length > 0; length -= 1) {
    const region = words.slice(end + 1, end + 1 + length);
    if (!places.has(plain(region.map(({ norm }) => norm).join(' ')))) continue;
    return { name: `${name}, ${nameOf(region)}`, end: end + 1 + length };
  }
  return { name, end };
}

function capitalPlaceAt(words: Word[], from: number, stop: number): Place | null {
  let at = from;
  while (at < stop && at < from + 4) {
    const { text, norm, isMark } = words[at]!;
    if (isMark || noPlaces.has(norm)) break;
    const isName = /^\p{Lu}\p{L}*\p{Ll}/u.test(text);
    if (!isName && !(at > from && small.has(norm) && /^\p{Lu}/u.test(words[at + 1]?.text ?? ''))) break;
    at += 1;
  }
  if (at === from || bodies.test(words[at - 1]!.norm) || fieldOf(words[from]!.norm) !== undefined)
    return null;
  const phrase = words.slice(from, at);
  const object = plain(phrase.map(({ norm }) => norm).join(' '));
  if (object.length < 3 || object.length > 45) return null;
  return { object, ...withRegion(words, at, stop, phrase.map(({ text }) => text).join(' ')) };
}

const nameOf = (phrase: Word[]): string => phrase.map((word, index) => capitalized(word, index)).join(' ');

function capitalized({ text, norm }: Word, index: number): string {
  if (capitals.has(norm)) return norm.toUpperCase();
  if (index > 0 && small.has(norm)) return norm;
  if (norm === 'the') return 'the';
  if (/^\p{Lu}/u.test(text) && text !== text.toUpperCase()) return text;
  return titled(norm);
}

/** "anna-maria" is "Anna-Maria". */
export const titled = (word: string): string =>
  word.replaceAll(
    /(^|[\s'-])(\p{Ll})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );

const demonyms = new Set(
  list(
    'norwegian,swedish,danish,finnish,icelandic,german,austrian,swiss,french,spanish,portuguese,italian,greek,turkish,polish,czech,slovak,hungarian,romanian,bulgarian,serbian,croatian,slovenian,bosnian,albanian,ukrainian,belarusian,russian,estonian,latvian,lithuanian,dutch,belgian,irish,scottish,welsh,english,british,american,canadian,mexican,cuban,jamaican,colombian,venezuelan,ecuadorian,peruvian,bolivian,chilean,argentinian,argentine,uruguayan,brazilian,moroccan,algerian,tunisian,egyptian,sudanese,ethiopian,kenyan,ugandan,tanzanian,nigerian,ghanaian,senegalese,south african,israeli,palestinian,lebanese,syrian,jordanian,iraqi,iranian,persian,saudi,afghan,pakistani,indian,bangladeshi,nepali,chinese,japanese,korean,taiwanese,thai,vietnamese,cambodian,malaysian,indonesian,filipino,filipina,australian,kiwi,armenian,georgian,kazakh,european',
  ),
);

const languages = new Set(
  list(
    'english,spanish,french,german,italian,portuguese,dutch,norwegian,swedish,danish,finnish,icelandic,polish,czech,slovak,hungarian,romanian,bulgarian,serbian,croatian,slovenian,bosnian,albanian,greek,turkish,russian,ukrainian,belarusian,estonian,latvian,lithuanian,irish,welsh,gaelic,catalan,basque,galician,arabic,hebrew,persian,farsi,urdu,hindi,bengali,punjabi,tamil,telugu,marathi,gujarati,nepali,sinhala,chinese,mandarin,cantonese,japanese,korean,thai,vietnamese,khmer,malay,indonesian,tagalog,swahili,amharic,somali,yoruba,igbo,hausa,zulu,xhosa,afrikaans,latin,esperanto,kurdish,armenian,georgian,kazakh,mongolian,yiddish,maltese,sign language',
  ),
);

export const isDemonym = (word: string): boolean => demonyms.has(word);
export const isLanguage = (word: string): boolean => languages.has(word);
export const isPlace = (name: string): boolean => places.has(plain(name));
