import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { FactCardFragment, FactProofsFragment } from '../../generated/client/graphql.ts';
import { ConnectionError } from '../connection-error.ts';

/** What stands behind one fact: what is known of it now, whether more is on its way, and what went wrong. */
export interface Proofs {
  readonly found: FactProofsFragment | null;
  readonly pending: boolean;
  readonly problem: string;
}

interface Asked extends Proofs {
  /** The fact as it was asked for. Another version of it has other proofs. */
  readonly version: string;
}

/**
 * The proofs of the facts that somebody looks into: fetched when a fact is opened, and again when it changed. Facts
 * are told apart by key, so that what is open stays open when another value takes the place of the old one.
 */
export class ProofsController implements ReactiveController {
  byKey: ReadonlyMap<string, Proofs> = new Map();

  #host: ReactiveControllerHost;
  #fetch: (id: string) => Promise<FactProofsFragment>;
  #asked = new Map<string, Asked>();

  constructor(host: ReactiveControllerHost, fetch: (id: string) => Promise<FactProofsFragment>) {
    this.#host = host;
    this.#fetch = fetch;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.clear();
  }

  open(fact: FactCardFragment): void {
    void this.#ask(fact);
  }

  close({ key }: FactCardFragment): void {
    this.#asked.delete(key);
    this.#publish();
  }

  /** The facts as they are now: those that are open and changed, or failed, are asked for again. */
  refresh(facts: readonly FactCardFragment[]): void {
    for (const fact of facts) {
      const asked = this.#asked.get(fact.key);
      if (asked && (asked.problem || asked.version !== versionOf(fact))) void this.#ask(fact);
    }
  }

  clear(): void {
    this.#asked.clear();
    this.#publish();
  }

  async #ask(fact: FactCardFragment): Promise<void> {
    const version = versionOf(fact);
    const found = this.#asked.get(fact.key)?.found ?? null;
    const asked: Asked = { version, found, pending: true, problem: '' };
    const settle = (outcome: Partial<Asked>) => {
      if (this.#asked.get(fact.key) === asked) this.#set(fact.key, { ...asked, pending: false, ...outcome });
    };
    this.#set(fact.key, asked);
    try {
      settle({ found: await this.#fetch(fact.id) });
    } catch (error) {
      settle({ problem: ConnectionError.from(error).message });
    }
  }

  #set(key: string, asked: Asked): void {
    this.#asked.set(key, asked);
    this.#publish();
  }

  #publish(): void {
    this.byKey = new Map(this.#asked);
    this.#host.requestUpdate();
  }
}

function versionOf({ id, evidenceCount, lastSaidAt }: FactCardFragment): string {
  return `${id} ${evidenceCount} ${lastSaidAt}`;
}
