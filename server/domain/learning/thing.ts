import { fieldOf, mayGoOn, pluralOf, usualNumber } from './gazetteer.ts';
import { canonical, display } from './naming.ts';
import { isPlace, titled } from './places.ts';
import { adverbs } from './statement.ts';
import type { Word } from './utterance.ts';

/** Something that can be liked: what is done, eaten, heard, followed. */
export type Thing = {
  /** Canonical, lower case: "jazz" for "jazz music" and for "listening to jazz". */
  object: string;
  /** As the person said it, without articles. */
  words: string;
  isNegated: boolean;
  /** Index of the first word after it. */
  end: number;
};

const set = (words: string): Set<string> => new Set(words.split(','));

/** Words that no thing goes on past. */
const closed = set(
  'in,on,at,for,with,to,from,about,by,during,after,before,since,because,when,while,if,than,as,so,that,which,who,where,why,what,how,too,more,most,best,less,every,these,those,this,i,you,it,he,she,they,we,me,him,her,them,us,my,your,his,their,our,its,mine,hers,theirs,yours,ours,myself,yourself,himself,herself,itself,themselves,ourselves,am,is,are,was,were,be,been,has,have,had,do,does,did,will,would,can,could,should,may,might,must,not,and,or,but,nor,also,again,anymore,anyway,though,although,lol,haha,hahaha,lmao,yet,then,there,here,today,tonight,tomorrow,yesterday,lately,ever,never,any,please,thanks,thank,cheers,yes,no,yeah,ok,okay,well,etc,like,even,especially,mostly,until,over,under,into,onto,off,out,up,down,around,through,without,within,between,near,per,via,except,instead,and/or,however,whenever,whatever,let,hey,hi,hello,the,a,an,of,each,once,twice,nowadays,together,alone,myself,either,neither,both,all,right,man,bro,dude,mate,sorry,btw,tbh,imo,irl,ngl,fr,xd,omg,sometimes,always,often,maybe,perhaps,long,outside,inside,abroad,else,only,just,ago,back,fyi,till,much,lots,such,same,other,another,many,few,one,ones',
);

/** Nothing that a person would be known by. */
const nothings = set(
  'thing,things,stuff,way,ways,idea,ideas,answer,answers,response,responses,reply,replies,option,options,one,ones,part,parts,look,looks,sound,sounds,feature,features,update,app,bot,website,site,service,services,product,products,price,prices,deal,deals,name,result,results,suggestion,suggestions,recommendation,recommendations,plan,plans,joke,jokes,help,support,company,everything,something,anything,nothing,everyone,everybody,someone,anyone,nobody,day,days,today,weekend,week,life,person,people,girl,guy,guys,man,woman,boy,person,kind,kinds,sort,type,types,lot,bit,version,attitude,effort,vibe,vibes,style,tone,explanation,explanations,question,questions,work,job,time,times,change,changes,place,places,fact,point,refund,information,info,details,assistance,order,item,items,account,discount,quote,call,copy,appointment,reservation,table,demo,trial,room,seat,ticket,tickets,table,second,minute,moment,problem,issue,chance,opportunity,stay,clarification,confirmation,appointment,feedback,advice,tip,tips,example,examples,summary,list,link,team,agent,human,manager,representative,operator,invoice,receipt,payment,subscription,access,word,words,sense,luck,hell,shit,crap,rest,mess,wait,god,lord,måte,pain,end,beginning,trouble,attention,news,size,colour,color,shade,page,chat,conversation,talk,talking,ai,assistant,chatbot,bots,layout,interface,ui,button,look,login,guys,friend,friends,reminder,progress,process,approach,concept,difference,review,reviews,side,place,view,plenty,mood,feel,feeling,use,case,shot,go,mind,heart,line,track,gift,present,joke,truth,cut,fit,theme,default,setting,settings,design,taste,choice,original,new,old,first,last,former,latter,cheap,big,small,better,good,bad,yours,mine,hers,theirs,ours,stuff,whatever,none,dark,light,round,extra,due,asap,weird,attempt,thought,thoughts,intention,doubt,responses,reason,reasons,tho,hobby,hobbies,hello,pleasure,dentist,doctor,doctors,boss,nice,fun,mistake,mistakes,trip,meeting',
);

const praises = set(
  'good,great,nice,amazing,awesome,beautiful,cool,delicious,excellent,fantastic,wonderful,lovely,proper,real,decent,fine,brilliant,tasty,fresh,certain,different,various,several,some,any,all,most,whole,general,actual,other,particular,favourite,new',
);

/** Gerunds that say what is done with the thing after them. */
const light = set(
  'playing,watching,listening,reading,eating,drinking,doing,visiting,attending,learning,studying,practicing,practising,hearing,following,exploring,collecting,discovering,trying,seeing,going',
);
const alone = set('reading,learning,studying,collecting');
const shallow = set(
  'eating,drinking,doing,visiting,attending,hearing,following,discovering,trying,seeing,going,exploring,practicing,practising,studying,learning,listening,reading,watching',
);

/** Doings that tell of a mood, of the talk itself or of nothing. */
const idle = set(
  'being,having,getting,knowing,waiting,thinking,asking,using,working,making,feeling,chatting,talking,spending,paying,dealing,finding,giving,taking,keeping,looking,hearing,living,coming,calling,ordering,buying,receiving,sending,wondering,saying,telling,speaking,meeting,helping,contacting,complaining,cancelling,canceling,returning,bothering,needing,wanting,losing,letting,putting,seeing,interacting,messaging,repeating,wasting,sitting,standing,staying,starting,calling,explaining,missing,running late,upgrading,purchasing,booking,changing,subscribing,applying,joining,becoming,moving,switching,checking,hiring,selling,renting,ing,testing,hanging,picking,typing,logging,working with,treating,forgetting',
);

/** Words that end in -ing and are no doings. */
const noDoings = set(
  'thing,things,king,ring,string,spring,wing,evening,morning,building,clothing,wedding,pudding,bring,sting,swing,sing,sibling,lightning,beijing,sterling,boeing,dumpling,earring,ceiling,viking,burning man',
);

/** What people do for pleasure: "to hike" is "hiking". */
const pastimes = new Map(
  'hike:hiking,cook:cooking,bake:baking,swim:swimming,run:running,read:reading,write:writing,draw:drawing,paint:painting,dance:dancing,sing:singing,travel:travelling,ski:skiing,surf:surfing,climb:climbing,fish:fishing,hunt:hunting,garden:gardening,knit:knitting,sew:sewing,code:coding,program:programming,camp:camping,cycle:cycling,sail:sailing,meditate:meditating,sketch:sketching,crochet:crocheting,jog:jogging,skate:skating,snowboard:snowboarding,dive:diving,row:rowing,box:boxing,play:playing,watch:watching,listen:listening,eat:eating,drink:drinking,do:doing,visit:visiting,attend:attending,practice:practicing,practise:practising,collect:collecting,learn:learning,study:studying,go:going,kayak:kayaking,skateboard:skateboarding,exercise:exercising'
    .split(',')
    .map((pair) => pair.split(':') as [string, string]),
);

export const gerundOf = (verb: string): string | undefined => pastimes.get(verb);

/** Fields of things that all of us share, "the guitar"; "the price" is a certain one. */
const shared = set('music,nature,art,sports,animals,science');

/** Words after "the" that stay what they are: "the sea", "the outdoors". */
const ours = set(
  'sea,ocean,outdoors,mountains,beach,countryside,gym,opera,theatre,theater,cinema,forest,piano,ballet,sun,snow,rain,stars,moon,desert,wilderness,80s,90s,arts,woods,zoo,library',
);

/** Verbs that begin another statement where a thing might stand. */
const doings = set(
  'want,need,hope,think,know,wonder,wish,get,give,take,make,tell,recommend,suggest,show,find,help,send,call,buy,order,see,say,ask,keep,let,try,go,come,live,work,am,have,hate,love,like,enjoy,prefer,study,speak,play,use,write,translate,explain,feel,believe,guess,mean,look,wait,check,cancel,return,change,update,fix,add,remove,stop,start,can,could,would,will,understand,appreciate,miss,eat,drink,own,collect,adore,dislike,moved,used,got,don,dont,grew,bought,went,made,started,became,been,usually,live,lived,worked,makes,make,gives,sounds,seems,helps,happens,remind,reminds,feels,goes,book,plan,spend,teach,bring,makes,pls,tried,saw,heard,found,was,were,gave,told,said,need,needs,wants,loves,hates,likes,thinks,says,plays,works,lives,wrote,read,sing',
);

/** Reads the things that are named one after the other: "jazz, opera and football". */
export function thingsAt(words: Word[], from: number, stop: number): { things: Thing[]; end: number } {
  const things: Thing[] = [];
  let start = from;
  let isNegated = false;
  let isInfinitive = words[from]?.norm === 'to';
  if (isInfinitive) start += 1;
  let end = from;
  let pause = false;
  for (;;) {
    const named = thingAt(words, start, stop, isInfinitive);
    if (named === null || things.length >= 8) break;
    const thing = { ...named, isNegated };
    if (pause && !isListed(words, thing, stop)) break;
    things.push(thing);
    end = thing.end;
    const link = linkAt(words, end, stop);
    if (link === null) break;
    start = link.next;
    if (link.isNegated) isNegated = true;
    pause = link.isPause;
    if (words[start]?.norm === 'to' && !link.isNegated) start += 1;
    else if (words[start]?.norm !== 'to') isInfinitive &&= gerundOf(words[start]?.norm ?? '') !== undefined;
  }
  return { things, end };
}

/** After a mere comma only a thing that is known, or that goes on being listed, is one of a list. */
function isListed(words: Word[], thing: Thing, stop: number): boolean {
  if (fieldOf(thing.object) !== undefined) return true;
  const next = thing.end < stop ? words[thing.end]!.norm : '';
  return next === 'and' || next === 'or' || (next === ',' && linkAt(words, thing.end, stop) !== null);
}

type Link = { next: number; isNegated: boolean; isPause: boolean };

/** What joins one thing to the next. */
function linkAt(words: Word[], from: number, stop: number): Link | null {
  let next = from;
  let isPause = true;
  let isNegated = false;
  let hasBut = false;
  for (; next < stop; next += 1) {
    const { norm } = words[next]!;
    if (norm === ',' || norm === '/') continue;
    if (norm === 'and' || norm === 'or' || norm === 'nor' || norm === '+') isPause = false;
    else if (norm === 'but') hasBut = true;
    else if (norm === 'not' && next > from) isNegated = true;
    else if (asides.has(norm) && isMarked(words, next)) continue;
    else if ((norm === 'also' || norm === 'especially') && next > from) isPause = hasBut ? false : isPause;
    else if (norm === 'as' && words[next + 1]?.norm === 'well' && words[next + 2]?.norm === 'as') {
      next += 2;
      isPause = false;
    } else break;
  }
  if (next === from || next >= stop) return null;
  if (hasBut && !isNegated && isPause) return null;
  if (isNegated && (adverbs.has(words[next]!.norm) || noContrasts.test(words[next]!.norm))) return null;
  return { next, isNegated, isPause: isPause && !isNegated };
}

/** Said between two things, and no thing: "tea, honestly, and coffee". */
const asides = set(
  'honestly,actually,really,frankly,obviously,basically,personally,seriously,definitely,tbh,btw',
);

const isMarked = (words: Word[], at: number): boolean =>
  words[at - 1]?.norm === ',' && words[at + 1]?.norm === ',';

/** "… not at all", "… not going to lie": nothing is set against what was said. */
const noContrasts = /^(?:at|so|going|lying|joking|kidding|sure|bad|even|because|that)$/u;

/** What was read of a thing, before it is known whether it is meant or denied. */
export type Named = Omit<Thing, 'isNegated'>;

/** The thing that begins here, or null where none does that could be told. */
export function thingAt(words: Word[], from: number, stop: number, isInfinitive = false): Named | null {
  const begin = skipArticles(words, from, stop);
  if (begin >= stop) return null;
  const verb = words[begin]!.norm;
  const said = isInfinitive ? gerundOf(verb) : verb;
  if (said === undefined || (!isInfinitive && doings.has(said) && fieldOf(said) === undefined)) return null;
  if (light.has(said)) return done(words, begin, stop, said);
  const isDoing = said.endsWith('ing') && !noDoings.has(said);
  if (isDoing) {
    const doing = doingAt(words, begin, stop, said, isInfinitive);
    if (doing !== undefined) return doing;
  }
  const end = phraseEnd(words, begin, stop);
  if (end === begin || isSubject(words, end, stop)) return null;
  if (end === begin + 1 && adverbs.has(said) && fieldOf(said) === undefined) return null;
  const articles = words.slice(from, begin).map(({ norm }) => norm);
  const isOne = begin > from && /^an?$/u.test(articles.at(-1)!);
  return named(words, begin, end, { isOurs: !isDoing && articles.includes('the'), isOne, first: said });
}

const personal = /^(?:you|it|this|that|him|her|them|me|my|your|more|how|the)$/u;

/** What is done with something, or on its own: "playing guitar", "reading". */
function done(words: Word[], at: number, stop: number, doing: string): Named | null {
  const hasPreposition = at + 1 < stop && /^(?:to|about|on|for)$/u.test(words[at + 1]!.norm);
  const inner = hasPreposition ? at + 2 : at + 1;
  const object = innerThing(words, inner, stop, doing);
  if (object !== null) return object;
  if (!alone.has(doing) || (inner < stop && personal.test(words[inner]!.norm))) return null;
  return { object: doing, words: doing, end: at + 1 };
}

/** What is done, by its gerund; undefined where it is read like any other thing. */
function doingAt(
  words: Word[],
  at: number,
  stop: number,
  said: string,
  isInfinitive: boolean,
): Named | null | undefined {
  const next = at + 1 < stop ? words[at + 1]!.norm : '';
  if (said === 'working' && next === 'out')
    return { object: 'working out', words: 'working out', end: at + 2 };
  if (said === 'taking' && /^(?:photos|pictures|photographs)$/u.test(next)) {
    return { object: 'photography', words: 'photography', end: at + 2 };
  }
  if (idle.has(said) || /^(?:you|it|this|that|him|her|them|me|your)$/u.test(next)) return null;
  const isAlone = next === '' || !isOpen(words[at + 1]!);
  if (isAlone && (isInfinitive || fieldOf(said) !== undefined)) {
    return { object: canonical([said]), words: said, end: at + 1 };
  }
  return undefined;
}

/** What is played, watched, heard, visited. */
function innerThing(words: Word[], from: number, stop: number, doing: string): Named | null {
  let at = skipArticles(words, from, stop);
  if (
    doing === 'going' &&
    words[at]?.norm.endsWith('ing') !== true &&
    words[from - 1]?.norm !== 'to' &&
    words[from - 1]?.norm !== 'on'
  )
    return null;
  if (at >= stop || !isOpen(words[at]!)) return null;
  const begin = at;
  at = phraseEnd(words, at, stop);
  if (at === begin || isSubject(words, at, stop)) return null;
  const thing = named(words, begin, at, { isOurs: false, isOne: false, first: words[begin]!.norm });
  if (thing === null) return null;
  return shallow.has(doing) ? thing : { ...thing, words: `${doing} ${thing.words}` };
}

function skipArticles(words: Word[], from: number, stop: number): number {
  let at = from;
  for (; at < stop; at += 1) {
    const { norm } = words[at]!;
    if (kinds.test(norm) && words[at + 1]?.norm === 'of') at += 1;
    else if (!articles.has(norm) && !praises.has(norm) && !(adverbs.has(norm) && at > from)) break;
  }
  return at;
}

const articles = set('a,an,the,some,any,lots,both,all');
const kinds = /^(?:kinds?|sorts?|types?|lots?|bunch|plenty|forms?|genres?)$/u;

const isOpen = ({ norm, isMark }: Word): boolean => !isMark && !closed.has(norm) && !norm.startsWith('§');

const steady = set(
  'family,fly,lily,jelly,early,italy,july,reply,belly,philly,sicily,barfly,monopoly,assembly',
);

const times = set(
  'years,months,weeks,days,year,month,week,day,last,next,monday,tuesday,wednesday,thursday,friday,saturday,sunday,morning,afternoon,evening,night,nights,mornings,evenings,weekends,whole',
);

/** Index after the last word of the phrase that begins here. */
function phraseEnd(words: Word[], from: number, stop: number): number {
  let at = from;
  while (at < stop) {
    const word = words[at]!;
    const twoWords =
      at + 2 < stop && mayGoOn(word.norm) ? `${word.norm} ${words[at + 1]!.norm} ${words[at + 2]!.norm}` : '';
    if (twoWords !== '' && fieldOf(twoWords) !== undefined) {
      at += 3;
      continue;
    }
    if (at > from && word.norm === 'of' && at + 1 < stop && isTitle(words, at)) {
      at += words[at + 1]!.norm === 'the' ? 2 : 1;
      continue;
    }
    if (!isOpen(word)) break;
    if (at > from && /(?<!^)ly$/u.test(word.norm) && !steady.has(word.norm)) break;
    if (at > from && /^(?:days|nights|mornings|evenings|weekends)$/u.test(word.norm)) return from;
    if (at > from && (adverbs.has(word.norm) || times.has(word.norm))) break;
    at += 1;
  }
  return at;
}

/** "Game of Thrones", "history of art"; not "kind of", "lot of". */
function isTitle(words: Word[], of: number): boolean {
  const next = words[of + 1]!.norm === 'the' ? words[of + 2] : words[of + 1];
  return next !== undefined && isOpen(next) && !nothings.has(words[of - 1]!.norm);
}

/** Whether what was read is what the next clause speaks of: "… and football is great". */
function isSubject(words: Word[], at: number, stop: number): boolean {
  if (at >= stop) return false;
  return /^(?:is|are|was|were|has|have|had|can|could|will|would|should|does|do|did|must|may|might|am|ones?|other)$/u.test(
    words[at]!.norm,
  );
}

type Shape = { isOurs: boolean; isOne: boolean; first: string };

function named(words: Word[], begin: number, end: number, { isOurs, isOne, first }: Shape): Named | null {
  const phrase = words.slice(begin, end);
  if (phrase.length > 4) return null;
  const norms = phrase.map(({ norm }, index) => (index === 0 ? first : norm));
  const head = norms.at(-1)!;
  if (nothings.has(head) && (norms.length === 1 || fieldOf(norms.join(' ')) === undefined)) return null;
  if (norms.some((it, index) => index > 0 && doings.has(it) && fieldOf(norms.join(' ')) === undefined))
    return null;
  if (norms.every((it) => /^[\p{N}.,%$€£]+$/u.test(it)) || head.startsWith('§') || norms.join('').length < 2)
    return null;
  const spoken = isOne ? [...norms.slice(0, -1), usualNumber(pluralOf(head))] : norms;
  const object = canonical(spoken);
  if (object === '' || object.length > 45) return null;
  const isProper = phrase.every(({ text, norm }) => /^\p{Lu}/u.test(text) || norm === 'of' || norm === 'the');
  if (isOurs && !isProper && !ours.has(object) && (nothings.has(head) || !shared.has(fieldOf(object) ?? '')))
    return null;
  return { object, words: `${isOurs ? 'the ' : ''}${display(phrase.map(quiet), spoken)}`, end };
}

/** "ROME" is Rome. */
const quiet = (word: Word): Word =>
  word.text.length > 3 && word.text === word.text.toUpperCase() && isPlace(word.norm)
    ? { ...word, text: titled(word.norm) }
    : word;

export { keyOf, plain } from './naming.ts';
