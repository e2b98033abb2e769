/** Fields that people talk about, and what is known to belong to them; several words are one thing. */
const fields: Record<string, string> = {
  music:
    'music,song,songs,singing,concert,concerts,album,albums,playlist,band,bands,jazz,rock,pop,hip hop,hip-hop,rap,rock and roll,drum and bass,metal,heavy metal,blues,reggae,techno,opera,punk,folk music,country music,classical music,electronic music,indie,k-pop,kpop,salsa,house music,soul,funk,guitar,piano,drums,violin,cello,flute,saxophone,trumpet,ukulele,bass,clarinet,harp,banjo,harmonica,accordion,keyboard,vinyl,vinyl records,musicals,choir,orchestra,lyrics,spotify',
  sports:
    'sports,sport,football,soccer,basketball,baseball,tennis,golf,hockey,ice hockey,rugby,cricket,volleyball,badminton,table tennis,swimming,running,jogging,cycling,skiing,snowboarding,skating,surfing,climbing,rock climbing,bouldering,boxing,karate,judo,wrestling,martial arts,marathon,half marathon,triathlon,rowing,sailing,kayaking,archery,fencing,gymnastics,formula 1,f1,nba,nfl,premier league,world cup,olympics,skateboarding,horse riding,windsurfing,diving,scuba diving,squash,handball,weightlifting,crossfit,team,match,biathlon,pickleball,parkour',
  food: 'food,recipe,recipes,cooking,baking,pizza,sushi,pasta,chocolate,coffee,tea,cheese,bread,burgers,burger,tacos,ramen,curry,steak,meat,pork,beef,chicken,fish,seafood,salad,salads,soup,dessert,desserts,cake,cakes,cookies,ice cream,wine,beer,whisky,whiskey,cocktails,breakfast,lunch,dinner,brunch,restaurant,restaurants,kitchen,spicy food,italian food,thai food,indian food,mexican food,chinese food,japanese food,fast food,street food,vegetables,fruit,fruits,olives,mushrooms,cilantro,coriander,pineapple,bananas,apples,strawberries,avocado,tofu,noodles,rice,eggs,milk,peanuts,nuts,shellfish,gluten,honey,broccoli,onions,garlic,tomatoes,potatoes,kimchi,sourdough,barbecue,bbq,espresso,matcha,lasagna,pancakes,waffles,popcorn,liquorice,licorice,meal,meals,diet',
  travel:
    'travel,travelling,trip,trips,vacation,vacations,holiday,holidays,flight,flights,hotel,hotels,airport,airline,beach,beaches,backpacking,road trips,road trip,cruise,cruises,tourism,passport,visa,luggage,itinerary,sightseeing,camping,hostel,museum,museums',
  programming:
    'programming,coding,code,software,python,javascript,typescript,java,rust,golang,kotlin,swift,ruby,php,cplusplus,csharp,haskell,scala,sql,html,css,react,angular,vue,django,node.js,linux,docker,kubernetes,git,github,api,database,databases,algorithm,algorithms,machine learning,artificial intelligence,web development,open source,vim,neovim,emacs,vscode,vs code,visual studio code,intellij,bug,debugging,compiler,functional programming,data science,postgresql,postgres,mysql,mongodb,graphql,svelte,elixir,deno',
  movies:
    'movie,movies,film,films,cinema,netflix,horror movies,horror films,documentaries,documentary,anime,tv series,tv shows,tv,series,sitcoms,star wars,star trek,comedies,actor,actors,actress,thrillers,westerns,harry potter,disney,marvel movies,romcoms,romantic comedies,action movies,k-dramas',
  games:
    'games,game,gaming,video games,board games,chess,poker,minecraft,fortnite,zelda,pokemon,playstation,xbox,nintendo,steam,card games,puzzles,crosswords,sudoku,dungeons and dragons,lego,roblox,bridge,backgammon,scrabble,valorant,league of legends,elden ring',
  books:
    'books,book,reading,novel,novels,poetry,poem,poems,author,authors,library,fantasy novels,science fiction,sci-fi,comics,manga,literature,biographies,crime novels,kindle,writing,mystery novels,fantasy books,audiobooks,journaling,creative writing',
  art: 'art,painting,drawing,sculpture,photography,photos,pottery,knitting,crochet,crocheting,sewing,theatre,theater,ballet,dance,dancing,design,calligraphy,origami,woodworking,ceramics,embroidery,sketching,watercolours,quilting,fashion,architecture,interior design',
  nature:
    'nature,hiking,gardening,garden,birdwatching,bird watching,mountains,forest,forests,sea,ocean,fishing,hunting,outdoors,flowers,plants,trees,houseplants,astronomy,stargazing,beekeeping,foraging,stars,sunsets,lakes,mountain biking',
  health:
    'health,doctor,doctors,medicine,headache,headaches,sleep,insomnia,exercise,workout,workouts,gym,yoga,pilates,meditation,fitness,weight,calories,vitamins,therapy,therapist,stress,anxiety,depression,pain,allergy,allergies,dentist,hospital,diabetes,flu,fever,blood pressure,symptoms,mindfulness,smoking,working out',
  finance:
    'finance,money,budget,savings,saving,investing,investment,investments,stocks,stock market,crypto,cryptocurrency,bitcoin,ethereum,mortgage,loan,loans,tax,taxes,bank account,salary,pension,insurance,interest rate,interest rates,credit card,credit score,inflation,debt,retirement',
  science:
    'science,computer science,physics,chemistry,biology,mathematics,math,maths,history,geography,philosophy,psychology,economics,space,archaeology,genetics,quantum physics,evolution,neuroscience,linguistics,sociology,anthropology,politics,political science,statistics,geology,law,ancient history,roman history,world history',
  education:
    'education,school,university,college,exam,exams,homework,course,courses,lesson,lessons,teacher,teachers,student,students,thesis,essay,essays,degree,scholarship,tutor,spanish,french,german,italian,japanese,korean,mandarin,languages,grammar,vocabulary,studying,learning languages',
  work: 'work,job,jobs,career,office,boss,manager,colleague,colleagues,coworker,coworkers,meeting,meetings,resume,cv,interview,interviews,promotion,salary negotiation,deadline,deadlines,freelancing,startup,startups,remote work,business,employer,overtime',
  family:
    'family,mother,mom,mum,father,dad,parents,brother,sister,siblings,wife,husband,son,daughter,children,kids,kid,child,baby,grandmother,grandma,grandfather,grandpa,aunt,uncle,cousin,nephew,niece,wedding,marriage,parenting,toddler,toddlers,newborn',
  pets: 'pets,pet,dog,dogs,cat,cats,puppy,puppies,kitten,kittens,hamster,hamsters,rabbit,rabbits,parrot,parrots,goldfish,aquarium,vet,guinea pigs,guinea pig,horses,horse,turtle,turtles,budgie,snakes',
  animals:
    'animals,birds,bird,wildlife,whales,dolphins,elephants,pandas,penguins,insects,spiders,sharks,dinosaurs',
  weather: 'weather,rain,snow,storm,storms,sunshine,forecast,temperature,heatwave,thunderstorm,humidity',
  technology:
    'technology,phone,iphone,android,laptop,computer,computers,tablet,headphones,camera,cameras,printer,router,wifi,wi-fi,internet,bluetooth,tv screen,smartwatch,robots,robotics,gadgets,electronics,3d printing,drones,smart home,monitor,windows,mac,macbook,browser',
  cars: 'cars,car,motorcycle,motorcycles,motorbikes,bike,bikes,bicycle,truck,electric cars,tesla,driving,engine,classic cars',
  orders: 'order,orders,delivery,package,parcel,shipping,shipment,tracking number,tracking,courier',
  billing:
    'billing,invoice,invoices,refund,refunds,payment,payments,charge,charged,subscription,subscriptions,receipt,price,pricing,discount,coupon,voucher',
  account:
    'account,password,passwords,login,log in,sign in,username,email address,two-factor,2fa,verification code',
  support:
    'support,error,errors,crash,crashes,ticket,complaint,customer service,warranty,replacement,bug report',
  news: 'news,election,elections,government,climate change,climate,war',
};

/** The field of a thing, by its name. */
const known = new Map<string, string>();
for (const [field, things] of Object.entries(fields)) {
  for (const thing of things.split(',')) if (!known.has(thing)) known.set(thing, field);
}

/** Words that look like one of a kind, or many of it, and are not. */
const unlike = new Set(
  'blue,window,drum,news,work,rains,trains,starts,pops,rocks,charge,apple,draw,clas,comic,star,egg,rises,runs,newses,works,mores,healths,newss,stress,monies'.split(
    ',',
  ),
);

/** First words of things that have several. */
const firstWords = new Set([...known.keys()].filter((it) => it.includes(' ')).map((it) => it.split(' ')[0]!));

/** The field that a thing is known to belong to. */
export const fieldOf = (thing: string): string | undefined => known.get(thing);

/** Whether the name of a thing may begin with this word and go on. */
export const mayGoOn = (word: string): boolean => firstWords.has(word);

/** One or many of a kind, the way it is usually called: "guitar", but "dogs". */
export function usualNumber(thing: string): string {
  if (oneOfKind.has(thing)) return thing;
  const single = singularOf(thing);
  if (single !== thing && oneOfKind.has(single))
    return known.has(thing) && !known.has(single) ? thing : single;
  if (single !== thing) return thing;
  const many = pluralOf(thing);
  return known.has(many) && !oneOfKind.has(thing) ? many : thing;
}

/** Things spoken of without a plural, though there are many. */
const oneOfKind = new Set(
  'guitar,piano,violin,cello,flute,saxophone,trumpet,ukulele,clarinet,harp,banjo,harmonica,accordion,keyboard,pizza,sushi,steak,curry,chocolate,coffee,tea,wine,beer,cheese,bread,ice cream,food,music,opera,art,marathon,poetry,fruit,cake,soup,chicken,fish,rice,yoga,football,tennis,golf,painting,drawing,history,science,work,insurance,design,salad,sport,math,blue,star,tv'.split(
    ',',
  ),
);

const uncountable = /(?:ss|us|is|ics|news|series|physics|tennis|chess|as|maths|always)$/u;

/** "dogs" is "dog"; what is no plural stays. */
export function singularOf(thing: string): string {
  if (thing.length < 4 || !thing.endsWith('s') || uncountable.test(thing)) return thing;
  if (thing.endsWith('ies') && thing.length > 5 && thing !== 'movies' && thing !== 'cookies')
    return `${thing.slice(0, -3)}y`;
  if (/(?:ch|sh|x|ss|o)es$/u.test(thing)) return thing.slice(0, -2);
  return thing.slice(0, -1);
}

/** "dog" is "dogs"; what is a plural stays. */
export function pluralOf(thing: string): string {
  if (/(?:s|x|ch|sh)$/u.test(thing)) return thing.endsWith('s') ? thing : `${thing}es`;
  return /[^aeiou]y$/u.test(thing) ? `${thing.slice(0, -1)}ies` : `${thing}s`;
}

/** Things by what they are called, be it one or many: "movie" and "movies". */
const forms = new Map<string, string>();
for (const thing of known.keys()) {
  if (thing.includes(' ')) continue;
  forms.set(thing, thing);
  for (const form of [singularOf(thing), pluralOf(thing)]) {
    // What is called like a verb, a colour or something else by itself: "see", "blue", "window".
    if (!known.has(form) && !unlike.has(form) && form.length > 3) forms.set(form, thing);
  }
}

/** The thing that a single word calls, if any. */
export const thingOf = (word: string): string | undefined => forms.get(word);
