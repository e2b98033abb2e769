import { plain } from './naming.ts';

/** First names that are sure to be names, also without a capital letter. */
const firstNames = new Set(
  'anna,jack,evan,owen,caleb,isaac,gabriel,dylan,jesse,bryan,nadia,vera,marta,agnes,edith,esther,miriam,naomi,rita,rosie,sally,selma,sonia,stella,teresa,theresa,tracy,vivian,kai,kurt,alina,anita,arne,bente,elise,elsa,emilia,frida,hilde,ida,jana,johan,johanna,julian,katja,kari,leonie,lukas,luisa,marcus,markus,mateo,mathias,mikkel,nadine,nico,niklas,paulo,rosemary,silje,sebastian,tobias,ulrich,vlad,anne,ana,anya,anja,ann,maria,marie,mary,laura,julia,julie,juliet,emma,emily,olivia,sophia,sophie,sofia,mia,isabella,isabel,charlotte,amelia,lisa,lena,lea,leah,sarah,sara,hannah,hanna,katie,kate,katherine,catherine,kathrin,katrin,karen,karin,carla,clara,claire,chloe,nina,nora,eva,eve,elena,helena,helen,ellen,elizabeth,liz,lizzie,beth,betty,barbara,linda,susan,susanne,nancy,sandra,ashley,kimberly,donna,michelle,carol,amanda,melissa,deborah,stephanie,rebecca,becky,sharon,cynthia,kathleen,amy,angela,shirley,brenda,pamela,nicole,samantha,christine,christina,kristin,debra,rachel,janet,maggie,margaret,megan,meg,jessica,jennifer,jenny,jen,heather,diane,diana,ruth,virginia,martha,monica,tina,tanya,tatiana,natasha,natalie,natalia,olga,svetlana,irina,ingrid,astrid,solveig,sigrid,freya,greta,heidi,ursula,petra,monika,sabine,silvia,sylvia,valentina,camila,lucia,lucy,gabriela,gabrielle,daniela,carmen,rosa,pilar,ines,fatima,aisha,layla,leila,yasmin,amina,zara,noor,priya,anjali,neha,pooja,deepa,sunita,kavita,mei,yuki,sakura,hana,aiko,keiko,minji,linh,siti,zoe,ella,alice,ava,lily,ruby,molly,abigail,abby,madison,victoria,vicky,vanessa,veronica,patricia,paula,pauline,tara,wendy,yvonne,bob,bobby,rob,robert,john,johnny,jon,jonathan,james,jim,jimmy,michael,mike,david,dave,william,liam,richard,rick,joseph,joe,thomas,tom,tommy,charles,charlie,christopher,chris,daniel,danny,matthew,matt,anthony,tony,donald,steven,steve,stephen,paul,andrew,andy,joshua,josh,kenneth,ken,kevin,brian,george,edward,eddie,ted,ronald,ron,timothy,tim,jason,jeffrey,jeff,ryan,jacob,jake,gary,nicholas,nick,eric,erik,larry,justin,scott,brandon,benjamin,ben,samuel,sam,gregory,greg,alexander,alex,patrick,frank,raymond,dennis,jerry,tyler,aaron,adam,nathan,henry,harry,zachary,zach,peter,pete,kyle,walter,ethan,noah,lucas,luke,oliver,olivier,elijah,logan,mason,oscar,leo,leon,felix,max,maximilian,moritz,jan,jonas,finn,lars,ole,olaf,olav,nils,niels,sven,bjorn,bjørn,magnus,anders,henrik,erika,hans,klaus,karl,carl,fritz,otto,stefan,stefano,wolfgang,jurgen,jürgen,uwe,pierre,jean,jacques,luc,louis,antoine,francois,marco,mario,luigi,giovanni,giulia,paolo,luca,matteo,lorenzo,andrea,carlos,juan,jose,josé,miguel,luis,pedro,pablo,diego,javier,fernando,alejandro,jorge,rafael,manuel,antonio,sergio,raul,joao,joão,tiago,bruno,ivan,igor,dmitri,sergei,sergey,vladimir,boris,mikhail,nikolai,alexei,pavel,piotr,jakub,tomas,tomasz,marek,mohammed,mohamed,muhammad,ahmed,ali,omar,hassan,hussein,khaled,ibrahim,yusuf,mustafa,mehmet,emre,raj,rahul,amit,sanjay,vijay,arjun,ravi,suresh,anil,wei,ming,hiroshi,takashi,kenji,haruto,kenta,minh,duc,budi,kwame,kofi,chidi,tunde,emeka,abel,toby,simon,martin,martina,philip,phil,victor,vincent,hugo,theo,theodore,arthur,albert,alan,allan,ian,neil,graham,nigel,trevor,keith,colin,stuart,gavin,craig,derek,duncan,fiona,siobhan,niamh,aoife,ciara,sean,seán,connor,declan,brendan,kieran,rory,gemma,imogen,poppy,daisy,jasmine,kim,lee,robin,jamie,taylor,jordan,casey,morgan,riley,quinn,jude'
    .split(',')
    .map(plain),
);

/** First names that are words as well; they need a capital letter, or "my name is". */
const ambiguous = new Set([
  'max',
  'robin',
  'jordan',
  'eve',
  'ruby',
  'daisy',
  'poppy',
  'lily',
  'will',
  'jasmine',
  'rick',
  'frank',
  'rob',
  'bob',
  'jake',
  'hana',
  'ming',
  'virginia',
  'victoria',
  'sofia',
  'charlotte',
  'lee',
  'georgia',
  'ann',
  'mia',
]);

export const isFirstName = (word: string): boolean => firstNames.has(plain(word));
export const isPlainFirstName = (word: string): boolean =>
  firstNames.has(plain(word)) && !ambiguous.has(word);
