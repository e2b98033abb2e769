import type { Evidence, Fact, FactChange, Lesson } from './fact.ts';
import { habitsOf, isNews, type Profile } from './profile.ts';

/** Where a lesson comes from. */
type Source = { endUserId: number; messageId: number; text: string; at: string };

/** What is known already; facts by key are those that hold. */
type Known = {
  fact: (key: string) => Fact | undefined;
  /** Whether this message proves that fact already. */
  isProved: (factId: number, messageId: number) => boolean;
  lastFact: number;
};

/**
 * What lessons change in the facts of a person: the same again is one more proof, something else under the same
 * key takes the place of what was known, unless it is older than that.
 */
export function learn(lessons: Lesson[], source: Source, known: Known): FactChange[] {
  const notes = new Notes(source, known);
  for (const lesson of lessons) notes.take(lesson);
  return notes.changes;
}

/** What a message adds to what is known, lesson by lesson. */
class Notes {
  readonly changes: FactChange[] = [];
  readonly #source: Source;
  readonly #known: Known;
  readonly #held = new Map<string, Fact | undefined>();
  readonly #proved = new Set<number>();
  #lastFact: number;

  constructor(source: Source, known: Known) {
    this.#source = source;
    this.#known = known;
    this.#lastFact = known.lastFact;
  }

  take(lesson: Lesson): void {
    if (isSlot(lesson) && (lesson.polarity === 'NEGATIVE' || lesson.tense === 'PAST')) this.#end(lesson);
    if (isSlot(lesson) && lesson.polarity === 'NEGATIVE') return;
    const kept = asKept(lesson);
    const fact = this.#find(kept.key);
    if (fact === undefined) this.#add(kept);
    else if (isSameFact(fact, kept)) this.#strengthen(fact, kept);
    else if (this.#source.at < fact.lastSaidAt) this.#addOutdated(fact, kept);
    else this.#replace(fact, kept);
  }

  #find(key: string): Fact | undefined {
    return this.#held.has(key) ? this.#held.get(key) : this.#known.fact(key);
  }

  #put(change: FactChange['change'], fact: Fact, evidence: Evidence | null): void {
    this.changes.push({ change, fact, evidence });
    this.#held.set(fact.key, fact.endedAt === null ? fact : undefined);
    if (evidence !== null) this.#proved.add(fact.id);
  }

  #new(lesson: Lesson): Fact {
    this.#lastFact += 1;
    return newFact(lesson, this.#source, this.#lastFact);
  }

  #add(lesson: Lesson): void {
    const fact = this.#new(lesson);
    this.#put('LEARNED', fact, this.#evidence(lesson, fact));
  }

  #strengthen(fact: Fact, lesson: Lesson): void {
    if (this.#proved.has(fact.id) || this.#known.isProved(fact.id, this.#source.messageId)) return;
    this.#put('STRENGTHENED', strengthened(fact, lesson, this.#source.at), this.#evidence(lesson, fact));
  }

  #replace(fact: Fact, lesson: Lesson): void {
    const learned = this.#new(lesson);
    this.#put('SUPERSEDED', { ...superseded(fact, this.#source.at), replacedBy: learned.id }, null);
    this.#put('LEARNED', learned, this.#evidence(lesson, learned));
  }

  /** Something older than what is known goes into the history at once. */
  #addOutdated(fact: Fact, lesson: Lesson): void {
    const outdated = { ...superseded(this.#new(lesson), fact.firstSaidAt), replacedBy: fact.id };
    this.changes.push({ change: 'SUPERSEDED', fact: outdated, evidence: this.#evidence(lesson, outdated) });
  }

  /** "I don't live in Oslo any more" ends that fact, and says nothing of any other place. */
  #end(lesson: Lesson): void {
    const fact = this.#find(lesson.key);
    if (fact?.object !== lesson.object || this.#source.at < fact.lastSaidAt) return;
    this.#put('SUPERSEDED', superseded(fact, this.#source.at), this.#evidence(lesson, fact));
  }

  #evidence({ start, end }: Lesson, { id: factId }: Fact): Evidence {
    const { messageId, text, at } = this.#source;
    return { factId, messageId, start, end, quote: text.slice(start, end), at };
  }
}

/** The slot in which a person's own wish stands; what counts suggest has nothing to add to it. */
export const STATED_LENGTH = 'reply_length';

/** What the counts of a person change in the facts about habits. */
export function learnHabits(profile: Profile, at: string, known: Known): FactChange[] {
  const source = { endUserId: profile.endUserId, messageId: 0, text: '', at };
  return habitsOf(profile)
    .filter((lesson) => lesson.key !== 'reply_detail' || known.fact(STATED_LENGTH) === undefined)
    .filter((lesson) => isNews(lesson, known.fact(lesson.key), profile))
    .reduce<FactChange[]>((changes, lesson) => {
      const lastFact = known.lastFact + changes.filter(({ change }) => change === 'LEARNED').length;
      const learned = learn([lesson], source, { ...known, isProved: () => false, lastFact });
      return [...changes, ...learned.map((it) => counted(it, profile))];
    }, []);
}

/** A habit is proved by all messages that were counted, not by one of them. */
const counted = ({ change, fact }: FactChange, { messages }: Profile): FactChange => ({
  change,
  fact: change === 'SUPERSEDED' ? fact : { ...fact, evidence: messages },
  evidence: null,
});

/** A slot holds one thing only, which its key does not name: home, name, age. */
const isSlot = ({ key, object }: Pick<Lesson, 'key' | 'object'>): boolean =>
  !key.endsWith(object.replaceAll(/[^\p{L}\p{N}]+/gu, '_'));

/** What somebody once was does not take the place of what he is: it is a fact of its own. */
function asKept(lesson: Lesson): Lesson {
  if (lesson.tense === 'PRESENT' || !isSlot(lesson)) return lesson;
  const object = lesson.object.replaceAll(/[^\p{L}\p{N}]+/gu, '_');
  return { ...lesson, key: `former_${lesson.key}_${object}`.slice(0, 80) };
}

/** Keys of the facts that lessons may touch. */
export const keysOf = (lessons: Lesson[]): string[] =>
  lessons.flatMap((lesson) => [lesson.key, asKept(lesson).key]);

const isSameFact = (fact: Fact, lesson: Lesson): boolean =>
  fact.object === lesson.object && fact.polarity === lesson.polarity && fact.tense === lesson.tense;

const superseded = (fact: Fact, at: string): Fact => ({ ...fact, endedAt: at, ending: 'SUPERSEDED' });

function newFact({ start: _, end: __, ...lesson }: Lesson, { endUserId, at }: Source, id: number): Fact {
  return {
    ...lesson,
    id,
    endUserId,
    evidence: 1,
    isConfirmed: false,
    firstSaidAt: at,
    lastSaidAt: at,
    endedAt: null,
    ending: null,
    replacedBy: null,
  };
}

function strengthened(fact: Fact, lesson: Lesson, at: string): Fact {
  const isNewer = at >= fact.lastSaidAt;
  return {
    ...fact,
    evidence: fact.evidence + 1,
    isStated: fact.isStated || lesson.isStated,
    // "loves" says more than "likes"; a later "likes" does not take it back.
    // What somebody of ours put in words stays as it is.
    value: isNewer && !fact.isConfirmed && !fact.value.startsWith('Shows strong') ? lesson.value : fact.value,
    firstSaidAt: at < fact.firstSaidAt ? at : fact.firstSaidAt,
    lastSaidAt: isNewer ? at : fact.lastSaidAt,
  };
}
