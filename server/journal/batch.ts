import type { Answer, Command } from '../domain/command.ts';
import { decide, keyReused } from '../domain/decide.ts';
import { DomainError, NotFoundError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import type { Project, State } from '../domain/state.ts';
import type { Database } from '../store/database.ts';
import { addAlerts, loadAlerts } from './alerts.ts';
import { addCalls, loadCalls } from './calls.ts';
import { addHandoff, loadHandoff } from './load-handoff.ts';
import { addLearning, loadLearning, unnamedSpeakers } from './load-learning.ts';
import { addSession, loadSession } from './load-session.ts';
import { addSources, loadSources } from './sources.ts';
import { addPrices, loadPrices, needsPrices, type PriceShelf, type ShelvedPrices } from './prices.ts';
import { loadRows, lockProject, readState, receiptId, type Receipt, type ReceiptKey } from './load.ts';
import { eraseForgotten } from './erase.ts';
import { addHeard, addPurge, loadHeard, loadPurge, writePolicies } from './policing.ts';
import { writeTables } from './tables.ts';
import { addViews, loadViews } from './views.ts';
import { addWebhooks, loadWebhooks } from './webhooks.ts';

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

/** What is read besides the rows that the commands name. */
type Extra = {
  /** People who turned out to speak. */
  speakers: ReadonlySet<string>;
  /** Whether prices are read: those on the shelf are too old. */
  prices: boolean;
};
const nothingMore: Extra = { speakers: new Set(), prices: false };

/** Commits many units of one project together. A refused unit leaves no trace and does not disturb the others. */
export async function commitBatch(
  database: Pick<Database, 'transact'>,
  projectId: number,
  units: Unit[],
  now: string,
  shelf: PriceShelf,
  extra: Extra = nothingMore,
): Promise<Committed> {
  const commands = units.flatMap((unit) => unit.commands);
  const keys = units.flatMap(({ receipt, receipts }) =>
    [receipt, ...(receipts ?? [])].filter((it) => it !== null),
  );
  const wanted = [
    { load: loadLearning(projectId, commands, extra.speakers), add: addLearning },
    { load: loadSession(projectId, commands), add: addSession },
    { load: loadHandoff(projectId, commands), add: addHandoff },
    { load: loadCalls(projectId, commands), add: addCalls },
    { load: loadPurge(projectId, commands), add: addPurge },
    { load: loadHeard(projectId, commands), add: addHeard },
    { load: loadWebhooks(projectId, commands), add: addWebhooks },
    { load: loadViews(projectId, commands), add: addViews },
    { load: loadAlerts(projectId, commands), add: addAlerts },
    { load: loadSources(projectId, commands), add: addSources },
    { load: extra.prices ? loadPrices(projectId) : null, add: addPrices },
  ].flatMap(({ load, add }) => (load === null ? [] : [{ load, add }]));
  const opening = [lockProject(projectId), loadRows(projectId, commands, keys, now)];
  opening.push(...wanted.map(({ load }) => load));
  const committed = await database.transact<(Committed & { prices: ShelvedPrices | null }) | Extra>(
    opening,
    ([projects, rows, ...more]) => {
      const project = projects?.[0] as Project | undefined;
      if (project === undefined) {
        const refusal = new NotFoundError('This project does not exist any more.');
        const outcomes = units.map(() => ({ refusal }));
        return { closing: [], result: { outcomes, events: [], prices: null } };
      }
      const { state: loaded, receipts } = readState(project, rows!);
      const shelved = shelf.get(projectId);
      if (shelved?.seq === project.pricesSeq) loaded.prices = shelved.book;
      for (const [index, { add }] of wanted.entries()) add(loaded, more[index]!);
      const isOutdated = project.pricesSeq > 0 && shelved?.seq !== project.pricesSeq && needsPrices(commands);
      const lacking = { speakers: unnamedSpeakers(commands, loaded), prices: isOutdated };
      const isLacking =
        [...lacking.speakers].some((person) => !extra.speakers.has(person)) || (isOutdated && !extra.prices);
      if (isLacking) return { closing: [], result: lacking };
      const state = loaded.fork();
      const given: Receipt[] = [];
      const outcomes = units.map((unit) => decideUnit(state, unit, receipts, given, now));
      // A watcher or a source that is read on leaves no event, nor does a delivery.
      const isMoved = [state.watchers, state.sources, state.deliveries].some(({ own }) => own.size > 0);
      const isChanged = state.events.length > 0 || given.length > 0 || isMoved;
      const hasPrices = extra.prices || state.project.pricesSeq !== project.pricesSeq;
      return {
        closing: isChanged
          ? [...writeTables(state, given, now), ...writePolicies(state), ...eraseForgotten(state)]
          : [],
        result: {
          outcomes,
          events: state.events,
          prices: hasPrices ? { seq: state.project.pricesSeq, book: state.prices } : null,
        },
      };
    },
  );
  // Something was missing that only the rows told of: the same again, with it.
  if (!('outcomes' in committed)) return commitBatch(database, projectId, units, now, shelf, committed);
  if (committed.prices !== null) shelf.set(projectId, committed.prices);
  return committed;
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
