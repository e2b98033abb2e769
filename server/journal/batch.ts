import type { Answer, Command } from '../domain/command.ts';
import { decide, keyReused } from '../domain/decide.ts';
import { DomainError, NotFoundError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import type { Project, State } from '../domain/state.ts';
import type { Database } from '../store/database.ts';
import { addLearning, loadLearning, unnamedSpeakers } from './load-learning.ts';
import { addSession, loadSession } from './load-session.ts';
import { loadRows, lockProject, readState, receiptId, type Receipt, type ReceiptKey } from './load.ts';
import { eraseForgotten } from './erase.ts';
import { writeTables } from './tables.ts';

/**
 * Commands that stand or fall together. An idempotency key belongs to all of them (`receipt`), or each command
 * has one of its own (`receipts`, in the order of the commands).
 */
export type Unit = {
  commands: Command[];
  receipt: ReceiptKey | null;
  receipts?: (ReceiptKey | null)[];
  /** When it came, in ms since 1970. */
  arrivedAt: number;
};

/** What became of a unit: one answer a command, or the refusal. */
export type Outcome = Decided | { refusal: DomainError };
type Decided = {
  answers: Answer[];
  isReplay: boolean;
  /** Time from its arrival until it was decided, in ms; of a replay, what the first one took. */
  tookMs: number;
};

type Committed = { outcomes: Outcome[]; events: Event[] };

/** Commits many units of one project together. A refused unit leaves no trace and does not disturb the others. */
export async function commitBatch(
  database: Pick<Database, 'transact'>,
  projectId: number,
  units: Unit[],
  now: string,
  speakers: ReadonlySet<string> = new Set(),
): Promise<Committed> {
  const commands = units.flatMap((unit) => unit.commands);
  const keys = units.flatMap(({ receipt, receipts }) =>
    [receipt, ...(receipts ?? [])].filter((it) => it !== null),
  );
  const wanted = [
    { load: loadLearning(projectId, commands, speakers), add: addLearning },
    { load: loadSession(projectId, commands), add: addSession },
  ].flatMap(({ load, add }) => (load === null ? [] : [{ load, add }]));
  const opening = [lockProject(projectId), loadRows(projectId, commands, keys, now)];
  opening.push(...wanted.map(({ load }) => load));
  const committed = await database.transact<Committed | ReadonlySet<string>>(
    opening,
    ([projects, rows, ...more]) => {
      const project = projects?.[0] as Project | undefined;
      if (project === undefined) {
        const refusal = new NotFoundError('This project does not exist any more.');
        return { closing: [], result: { outcomes: units.map(() => ({ refusal })), events: [] } };
      }
      const { state: loaded, receipts } = readState(project, rows!);
      for (const [index, { add }] of wanted.entries()) add(loaded, more[index]!);
      const unnamed = unnamedSpeakers(commands, loaded);
      if ([...unnamed].some((person) => !speakers.has(person))) return { closing: [], result: unnamed };
      const state = loaded.fork();
      const given: Receipt[] = [];
      const outcomes = units.map((unit) => decideUnit(state, unit, receipts, given, now));
      // A watcher that reads on leaves no event.
      const isChanged = state.events.length > 0 || given.length > 0 || state.watchers.own.size > 0;
      return {
        closing: isChanged ? [...writeTables(state, given, now), ...eraseForgotten(state)] : [],
        result: { outcomes, events: state.events },
      };
    },
  );
  // Somebody turned out to speak of whom nothing was loaded: the same again, with what is known of them.
  return 'outcomes' in committed ? committed : commitBatch(database, projectId, units, now, committed);
}

function decideUnit(
  state: State,
  unit: Unit,
  receipts: Map<string, Receipt>,
  given: Receipt[],
  now: string,
): Outcome {
  const fork = state.fork();
  const tookMs = Math.max(0, Date.parse(now) - unit.arrivedAt);
  // Receipts issued within this unit count only once the whole unit stands.
  const issued = new Map<string, Receipt>();
  const find = (key: ReceiptKey): Receipt | undefined =>
    issued.get(receiptId(key)) ?? receipts.get(receiptId(key));
  try {
    const first = unit.receipt && repeat(unit.receipt, find);
    if (first) return { answers: first.answers, isReplay: true, tookMs: first.tookMs };
    const answers = unit.commands.map((command, index) => {
      const receipt = unit.receipts?.[index] ?? null;
      const known = receipt && repeat(receipt, find);
      if (known) return known.answers[0]!;
      const answer = decide(fork, command, now);
      if (receipt !== null) issued.set(receiptId(receipt), { ...receipt, answers: [answer], tookMs });
      return answer;
    });
    if (unit.receipt !== null) issued.set(receiptId(unit.receipt), { ...unit.receipt, answers, tookMs });
    state.absorb(fork);
    for (const [id, receipt] of issued) receipts.set(id, receipt);
    given.push(...issued.values());
    return { answers, isReplay: false, tookMs };
  } catch (error) {
    if (error instanceof DomainError) return { refusal: error };
    throw error;
  }
}

/** The first call with a key; null when it is new. Throws a ConflictError when it came with other content. */
function repeat(receipt: ReceiptKey, find: (key: ReceiptKey) => Receipt | undefined): Receipt | null {
  const first = find(receipt);
  if (first === undefined) return null;
  if (first.digest !== receipt.digest) throw keyReused(receipt.key);
  return first;
}
