import { fieldOf } from './gazetteer.ts';
import { plain } from './naming.ts';
import type { Word } from './utterance.ts';

/** Last words of what people are by trade. */
const heads = new Set(
  'nurse,doctor,physician,surgeon,dentist,pharmacist,paramedic,therapist,physiotherapist,psychologist,psychiatrist,veterinarian,vet,midwife,caregiver,radiologist,cardiologist,pediatrician,anesthesiologist,dermatologist,nutritionist,dietitian,optician,optometrist,teacher,professor,lecturer,tutor,instructor,principal,librarian,coach,trainer,researcher,scientist,biologist,chemist,physicist,mathematician,statistician,geologist,astronomer,historian,archaeologist,economist,sociologist,linguist,engineer,developer,programmer,coder,architect,designer,analyst,administrator,sysadmin,tester,technician,mechanic,electrician,plumber,carpenter,welder,mason,bricklayer,roofer,painter,builder,contractor,machinist,locksmith,blacksmith,gardener,farmer,fisherman,forester,florist,baker,butcher,chef,cook,barista,bartender,waiter,waitress,sommelier,brewer,lawyer,attorney,solicitor,barrister,judge,paralegal,notary,accountant,bookkeeper,auditor,banker,broker,trader,actuary,consultant,manager,director,executive,ceo,cto,cfo,founder,entrepreneur,secretary,receptionist,assistant,clerk,cashier,salesman,saleswoman,salesperson,realtor,recruiter,journalist,reporter,editor,writer,author,novelist,poet,translator,interpreter,copywriter,blogger,photographer,filmmaker,videographer,actor,actress,musician,singer,dancer,composer,pianist,guitarist,drummer,violinist,artist,sculptor,illustrator,animator,driver,pilot,captain,sailor,conductor,trucker,courier,mailman,postman,police officer,officer,detective,firefighter,fireman,soldier,marine,veteran,guard,lifeguard,politician,diplomat,priest,pastor,imam,rabbi,monk,nun,hairdresser,barber,stylist,beautician,tailor,seamstress,cleaner,janitor,housekeeper,nanny,babysitter,housewife,homemaker,social worker,worker,electrical engineer,scrum master,product owner,project manager,marketer,strategist,planner,freelancer,youtuber,streamer,influencer,hygienist,counselor,counsellor,curator,zoologist,botanist,neurologist,surveyor,inspector,operator,flight attendant,attendant,stewardess,astronaut,banker,programmer,teller,producer,podcaster,dj,model,athlete,footballer,boxer,jockey,apprentice,intern,trainee,superintendent,supervisor,foreman,logistician,merchant,shopkeeper,beekeeper,winemaker,potter,jeweler,jeweller,watchmaker,upholsterer,glazier,gynecologist,oncologist,microbiologist,biochemist,ecologist,meteorologist,hydrologist,pathologist,epidemiologist,toxicologist,anthropologist,philosopher,theologian,webmaster,devops engineer,specialist,representative,agent,associate,coordinator,administrator,adviser,advisor,owner'.split(
    ',',
  ),
);

/** Trades that need a word before them: "police officer", not "an officer of yours". */
const halves = new Set(
  'worker,officer,guard,specialist,representative,agent,associate,coordinator,attendant,owner,model,captain,operator,assistant,manager,founder,marine,veteran,cook,judge,planner,coach,trader,trainer'.split(
    ',',
  ),
);
const halvesThatStand = new Set('manager,cook,judge,coach,trader,trainer,founder,captain,veteran'.split(','));

/** Words before a trade that make it something else. */
const noModifiers = new Set(
  'passionate,good,bad,great,terrible,better,best,worst,fan,bit,little,long,frequent,loyal,paying,regular,lousy,horrible,natural,proper,morning,night,slow,fast,happy,huge,big,total,decent,careful,heavy,picky,wannabe,true,aspiring,future,account,former,retired,ex,avid,keen,amateur,hobby,poor,born,nervous,quick,visual,strong,keen,home,lead me,dog,cat,house,car,pet,homeowner,flat,apartment,iphone,mac,tesla'.split(
    ',',
  ),
);

const grades = new Set('former,retired,ex'.split(','));

export type Occupation = { object: string; name: string; end: number; isFormer: boolean };

/** The trade that is named here, after its article; `isOpen` where any noun must be one ("I work as a …"). */
export function occupationAt(words: Word[], from: number, stop: number, isOpen: boolean): Occupation | null {
  let begin = from;
  let isFormer = false;
  if (/^(?:an?|the)$/u.test(words[begin]?.norm ?? '')) begin += 1;
  if (grades.has(words[begin]?.norm ?? '')) {
    isFormer = true;
    begin += 1;
  }
  begin = skipAge(words, begin);
  let head = -1;
  let at = begin;
  for (; at < Math.min(stop, begin + 5); at += 1) {
    const { norm, isMark } = words[at]!;
    if (isMark || ends.has(norm)) break;
    if (noModifiers.has(norm) && !(at > begin && heads.has(norm))) return null;
    if (isTrade(norm)) head = at;
  }
  if (head < 0 && isOpen && at > begin && at - begin <= 3) head = at - 1;
  if (head < 0 || (at < stop && /^(?:of|who|that|for)$/u.test(words[at]!.norm) && head !== at - 1))
    return null;
  if (!isOpen && head < at - 1) return null;
  const phrase = words.slice(begin, head + 1);
  const norm = words[head]!.norm;
  if (!isOpen && phrase.length === 1 && halves.has(norm) && !halvesThatStand.has(norm)) return null;
  if (isOpen && phrase.some((word) => noTrades.has(word.norm))) return null;
  const name = phrase.map(spelled).join(' ');
  return { object: plain(name), name, end: head + 1, isFormer };
}

const noTrades = new Set(
  'team,well,charm,expected,result,whole,group,rule,much,usual,normal,intended,before,described,designed,i,you,it,this,that,expected,promised,advertised,volunteer,reward,gift,my,your,his,her'.split(
    ',',
  ),
);

const ends = new Set(
  'at,in,from,for,anymore,any,with,by,on,and,but,or,who,that,which,living,working,based,i,to,here,now,so,because,since,of,too,currently,btw,looking,trying,with,lol,myself,as,part,full,need,is,was,are,married,single,although,though,specializing,specialising,turned,during,until,till,before,after,when,while,if,today,also,please,about,yet,not,we,my,the,it,you,he,she,they,love,like,have'.split(
    ',',
  ),
);

const isTrade = (word: string): boolean =>
  heads.has(word) ||
  (word.length > 8 && /(?:ologist|ographer|ician|therapist)$/u.test(word)) ||
  (/^(?:.*-)?(?:engineer|developer)s?$/u.test(word) && !word.endsWith('s'));

/** "28 year old", "28-year-old". */
function skipAge(words: Word[], from: number): number {
  const first = words[from];
  if (first === undefined || !/^\p{N}/u.test(first.text)) return from;
  let at = from + 1;
  while (at < words.length && /^(?:-|,|years?|old|year-old|years-old|yo|y)$/u.test(words[at]!.norm)) at += 1;
  return at > from + 1 ? at : from;
}

const spelled = ({ text, norm }: Word): string =>
  /^\p{Lu}{2,4}$/u.test(text) || (/^\p{Lu}/u.test(text) && fieldOf(norm) === 'programming') ? text : norm;
