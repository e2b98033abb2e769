import { fieldOf } from './gazetteer.ts';
import { isFirstName } from './names.ts';

/** "Tom: I love golf", "[12:03] Tom Smith: …": who speaks in a line that is pasted. */
const LABEL =
  /^[ \t>*-]*(?:\[?\d[\d:.apm ]{2,10}\]?[ \t-]*)?(?<label>\p{L}[\p{L}\p{M}\p{N}'’._-]{0,24}(?: \p{Lu}[\p{L}\p{M}'’.-]{0,24})?)\*{0,2} ?:\*{0,2}[ \t]+\S[^\n]*/gmu;

/** What is put before one's own words. */
const own = new Set(
  'me,i,myself,fun,dear,weather,note,ps,p.s,nb,update,edit,fact,question,hi,hello,hey,btw,background,intro,introduction,context,info,information,reminder,correction,fyi,disclaimer,confession,story,interests,hobbies,hobby,about,bio,profile,likes,dislikes,loves,hates,goal,goals,dream,preference,preferences,answer,reply,response,job,work,occupation,profession,location,home,diet,pets,family,languages,language,allergies,important,seriously,well,so,ok,okay,yes,no,listen,look,sorry,also,anyway,remember,truth,spoiler,tldr,tl,summary,details,situation,problem,issue,request,first,second,third,favourite,favorite,favourites,favorites,music,food,sports,sport,one,two,thing,things,basics,warning,opinion,thought,thoughts,ask,help,wish,reason,age,name,skills,education,personality'.split(
    ',',
  ),
);

const others = new Set(
  'he,she,they,him,her,them,mom,mum,dad,mother,father,friend,wife,husband,boss,bf,gf,brother,sister,teacher,agent,bot,customer,client,guest,interviewer,interviewee,speaker,narrator,host,q,a,person,caller,patient,doctor,student,operator,support,assistant,human,you'.split(
    ',',
  ),
);

/** The stretches of a text that somebody else says, by the label before them, as offsets. */
export function saidByOthers(text: string): { start: number; end: number }[] {
  if (!text.includes(':')) return [];
  return [...text.matchAll(LABEL)]
    .filter(({ groups }) => isSomebodyElse(groups?.['label'] ?? ''))
    .map(({ index, 0: line }) => ({ start: index, end: index + line.length }));
}

function isSomebodyElse(label: string): boolean {
  const [first = '', second] = label.split(' ');
  const low = first.toLowerCase();
  if (own.has(low)) return false;
  if (others.has(low) || isFirstName(low) || /^(?:mr|mrs|ms|dr)\.?$/u.test(low)) return true;
  const isName = /^\p{Lu}/u.test(first) && !low.endsWith('ly') && fieldOf(low) === undefined;
  return isName && (second === undefined || !own.has(second.toLowerCase()));
}
