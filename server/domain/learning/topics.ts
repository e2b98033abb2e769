import type { Lesson } from '../fact.ts';
import { fieldOf, mayGoOn, singularOf, thingOf } from './gazetteer.ts';
import type { Sentence, Word } from './utterance.ts';

const MOST = 5;

const set = (words: string): Set<string> => new Set(words.split(','));

/** The topics of a message, the most telling first: a field, then the things in it. */
export function topicsOf(sentences: Sentence[], lessons: Lesson[]): string[] {
  const fields = new Map<string, Map<string, string>>();
  const others = new Set<string>();
  for (const { words } of sentences) collect(words, fields, others);
  for (const { object, type } of lessons) {
    if (type !== 'topic_interest') continue;
    const field = fieldOf(object);
    if (field === undefined) others.add(object);
    else add(fields, field, object);
  }
  const ranked = [...fields]
    .toSorted(([, a], [, b]) => b.size - a.size)
    .flatMap(([field, things]) => [field, ...things.values()]);
  return [...new Set([...ranked, ...others])].slice(0, MOST);
}

function add(fields: Map<string, Map<string, string>>, field: string, thing: string): void {
  const things = fields.get(field) ?? new Map<string, string>();
  if (!fields.has(field)) fields.set(field, things);
  const one = singularOf(thing);
  if (one !== singularOf(field) && !things.has(one)) things.set(one, thing);
}

/** Words that are things only at times: "they match", "a pain". */
const vague = set('rock,pop,match,pain,space,steam,bridge,bass,soul');

/** What may be done as well: "to book a table" speaks of no book. */
const doings = set(
  'book,order,support,design,play,work,charge,rain,track,code,train,dance,fish,cook,exercise,sleep,travel,stress,refund,trip,ticket,match,smoke,love',
);
const subjects = set('to,i,you,we,they,can,could,please,would,will,not,must,should,does,did');

function collect(words: Word[], fields: Map<string, Map<string, string>>, others: Set<string>): void {
  for (let at = 0; at < words.length; at += 1) {
    const { norm, isMark } = words[at]!;
    if (isMark) continue;
    const long = mayGoOn(norm) ? longThing(words, at) : null;
    const thing = long ?? thingOf(norm);
    if (thing !== undefined) {
      if (vague.has(thing) && !isNoun(words, at)) continue;
      if (doings.has(norm) && subjects.has(words[at - 1]?.norm ?? '')) continue;
      add(fields, fieldOf(thing)!, thing);
      if (long !== null) at += long.split(' ').length - 1;
    } else if (others.size < MOST && isNoun(words, at)) others.add(norm);
  }
}

function longThing(words: Word[], at: number): string | null {
  for (let length = Math.min(3, words.length - at); length > 1; length -= 1) {
    const thing = words
      .slice(at, at + length)
      .map(({ norm }) => norm)
      .join(' ');
    if (fieldOf(thing) !== undefined) return thing;
  }
  return null;
}

const openers = new Set('the,a,an,my,our,some,about,new,another,any'.split(','));

/** Words after an article that name nothing. */
const noNouns = new Set(
  'thing,things,lot,bit,way,time,day,days,week,weeks,month,months,year,years,hour,hours,minute,minutes,moment,second,question,questions,problem,issue,same,other,new,old,good,bad,best,worst,first,last,next,few,little,big,small,great,nice,real,whole,right,wrong,more,most,very,really,huge,long,short,own,that,this,these,those,it,you,me,him,her,them,us,what,how,when,where,why,who,which,if,is,are,was,were,be,to,in,on,at,of,for,with,from,and,or,but,not,so,as,i,we,he,she,they,there,here,am,do,does,did,have,has,had,can,could,would,will,should,one,ones,two,three,some,any,all,every,each,many,much,lots,kind,sort,type,part,point,idea,example,rest,end,fact,case,reason,place,someone,something,anything,everything,nothing,name,favourite,only,just,also,quick,different,better,free,full,sure,able,possible,current,latest,following,previous,several,total,certain,such,too,today,tomorrow,yesterday,human,person,people,man,woman,guy,girl,boy,friend,friends,hand,side,word,words,couple,pair,number,amount,message,answer,reply,hell,fuck,fucking,damn,getting,being,going,doing,having,trying,waiting,making,using,about,my,your,their,his,its,our,the,a,an,please,thanks,again,still,yet,now,then,well,even,maybe,beautiful,amazing,awesome,cool,lovely,hard,easy,fast,slow,high,low,hot,cold,early,late,simple,single,special,strong,red,blue,green,white,black,yellow,cheap,expensive,huge,fan,nurse,dear,morning,evening,night,afternoon,customer,idiot,goal,goals,hobby,hobbies,dream,dollars,euros,user,beginner,kid,life,body,mine,myself,yourself,matter,chance,luck,past,future,present,situation,stuff,break,call,look,try,try,while,way,half,middle,top,bottom,left,second,third,long-term,further,additional,extra,correct,exact,specific,important,interesting,funny,weird,crazy,happy,sad,tired,hungry,sorry,proper,perfect,recent,local,public,private,own,daily,local,good,nice,brief,detailed,text,sentence,list,poem,joke'.split(
    ',',
  ),
);

/** Whether a word is named by an article or the like: "my router", "about volcanoes". */
function isNoun(words: Word[], at: number): boolean {
  const { norm } = words[at]!;
  const before = words[at - 1];
  if (before === undefined || !openers.has(before.norm)) return false;
  return (
    norm.length > 2 &&
    norm.length < 25 &&
    /^[a-z][a-z-]*$/u.test(norm) &&
    !noNouns.has(norm) &&
    !/(?:ly|ed)$/u.test(norm)
  );
}
