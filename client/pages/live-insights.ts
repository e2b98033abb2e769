import { html, nothing } from 'lit';
import {
  ConfirmFactDocument,
  CorrectFactDocument,
  ForgetFactDocument,
  PersonDocument,
  type PersonSubscription,
  ProofsDocument,
  type RightsQuery,
  RightsDocument,
} from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import { ProofsController } from '../controllers/proofs.ts';
import { QueryController } from '../controllers/query.ts';
import { StateController } from '../controllers/state.ts';
import type { FactAct } from '../elements/fact-card.ts';
import { dotted } from '../elements/dotted.ts';
import { learnedWords } from '../elements/fact-words.ts';
import { counted } from '../elements/figures.ts';
import { since } from '../elements/moments.ts';
import { type Fact, learnedSince, type Person } from '../reducers/knowledge.ts';
import { LivePage, note } from './live-page.ts';
import { styles } from './live-insights.styles.ts';

/** So long is a new fact marked. */
const FRESH_FOR = 6_000;

interface Outcome {
  readonly __typename: string;
  readonly message?: string;
}

/**
 * What is known of one person, as it is learned.
 *
 * @attr user - The caller's own id of the person.
 */
export class LiveInsights extends LivePage {
  static override styles = [...LivePage.styles, styles];
  static override properties = {
    user: {},
    person: { state: true },
    rights: { state: true },
    acts: { state: true },
    fresh: { state: true },
  };

  declare user: string | null;
  /** Null once it is certain that nobody of that id was seen; undefined before. */
  declare private person: Person | null | undefined;
  declare private rights: RightsQuery['viewer'] | null;
  /** What was asked to be done, by the key of the fact. */
  declare private acts: ReadonlyMap<string, FactAct>;
  /** Keys of the facts that were learned just now. */
  declare private fresh: ReadonlySet<string>;

  #settling: ReturnType<typeof setTimeout> | undefined;
  protected override readonly followed: StateController<[Connection, string], PersonSubscription>;
  #proofs = new ProofsController(this, async (id) => {
    const { node } = await this.#ask((connection) => connection.request(ProofsDocument, { id }));
    if (node?.__typename === 'Fact') return node;
    throw new ConnectionError('failed', 'This fact is known no more.');
  });

  constructor() {
    super();
    this.user = null;
    this.forget();
    this.followed = new StateController<[Connection, string], PersonSubscription>(this, {
      args: () => (this.connection && this.user ? [this.connection, this.user] : null),
      onStart: () => this.forget(),
      subscribe: (sink, connection, externalId) => connection.subscribe(PersonDocument, { externalId }, sink),
      onData: ({ endUser }) => this.#arrived(endUser),
      denied: (error) => this.denied(error),
    });
    // Asked anew with each connection that stands: what a key allows may have changed.
    new QueryController(this, {
      args: (): [Connection] | null =>
        this.connection && this.followed.state.kind === 'live' ? [this.connection] : null,
      run: (connection) => connection.request(RightsDocument, {}),
      onData: ({ viewer }) => (this.rights = viewer),
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#settling);
  }

  get #mayOperate(): boolean {
    return this.rights !== null && (this.rights.openMode || this.rights.scopes.includes('operate'));
  }

  protected override forget(): void {
    clearTimeout(this.#settling);
    this.person = undefined;
    this.rights = null;
    this.acts = new Map();
    this.fresh = new Set();
    this.announced = '';
    this.#proofs.clear();
  }

  #arrived(person: Person | null): void {
    const learned =
      this.person === undefined ? [] : learnedSince(this.person?.facts ?? [], person?.facts ?? []);
    this.admitted();
    this.person = person;
    this.#proofs.refresh(person?.facts ?? []);
    if (learned.length === 0) return;
    this.announced = learnedWords(learned);
    this.fresh = new Set(learned.map(({ key }) => key));
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => (this.fresh = new Set()), FRESH_FOR);
  }

  #ask<Answer>(how: (connection: Connection) => Promise<Answer>): Promise<Answer> {
    if (this.connection) return how(this.connection);
    return Promise.reject(new ConnectionError('lost', 'There is no connection.'));
  }

  async #act({ key }: Fact, how: (connection: Connection) => Promise<Outcome>): Promise<void> {
    if (this.acts.get(key)?.busy) return;
    const { user } = this;
    this.acts = new Map(this.acts).set(key, { busy: true, problem: '' });
    const problem = await this.#ask(how).then(
      ({ message }) => message ?? '',
      (error: unknown) => ConnectionError.from(error).message,
    );
    // Somebody else is shown by now.
    if (this.user === user) this.acts = new Map(this.acts).set(key, { busy: false, problem });
  }

  #confirm(fact: Fact): Promise<void> {
    return this.#act(fact, async (connection) => {
      return (await connection.request(ConfirmFactDocument, { id: fact.id })).confirmFact;
    });
  }

  #correct({ fact, value }: { readonly fact: Fact; readonly value: string }): Promise<void> {
    return this.#act(fact, async (connection) => {
      return (await connection.request(CorrectFactDocument, { id: fact.id, value })).correctFact;
    });
  }

  #forgetFact(fact: Fact): Promise<void> {
    return this.#act(fact, async (connection) => {
      return (await connection.request(ForgetFactDocument, { id: fact.id })).forgetFact;
    });
  }

  protected override label(): string {
    return this.user ? `What is known of ${this.user}` : 'What is known of a person';
  }

  protected override heading() {
    return this.isInside || !this.user ? 'Known about this person' : html`<bdi>${this.user}</bdi>`;
  }

  protected override unnamed(): string | null {
    return this.user ? null : 'Whose insights? Name a person in the attribute “user”.';
  }

  protected override extent() {
    if (!this.person) return nothing;
    const { facts, firstSeenAt } = this.person;
    return html`<p>
      ${dotted([counted(facts.length, 'fact'), `known since ${since(firstSeenAt, Date.now())}`])}
    </p>`;
  }

  protected override content(isLive: boolean) {
    if (this.person === undefined) return undefined;
    if (this.person === null) {
      return note(
        'Nobody of this id has said anything yet.',
        'What the person says will be understood here as it is said: likes, wishes, work, home. There is no need to reload.',
      );
    }
    return this.#known(this.person, isLive);
  }

  #known({ facts, messages, insights }: Person, isLive: boolean) {
    return html`<div class="known ${isLive ? '' : 'stale'}">
      <div class="sound">
        <person-figures .figures=${insights}></person-figures>
        <sentiment-line .points=${messages}></sentiment-line>
      </div>
      ${
        facts.length === 0
          ? note(
              'No facts yet.',
              'They appear here by themselves when the person tells something: “I love jazz”, “I live in Berlin”.',
            )
          : nothing
      }
      <known-facts
        .facts=${facts}
        .proofs=${this.#proofs.byKey}
        .acts=${this.acts}
        .fresh=${this.fresh}
        .mayOperate=${this.#mayOperate}
        @fact-open=${(event: CustomEvent<Fact>) => this.#proofs.open(event.detail)}
        @fact-close=${(event: CustomEvent<Fact>) => this.#proofs.close(event.detail)}
        @fact-confirm=${(event: CustomEvent<Fact>) => this.#confirm(event.detail)}
        @fact-correct=${(event: CustomEvent<{ fact: Fact; value: string }>) => this.#correct(event.detail)}
        @fact-forget=${(event: CustomEvent<Fact>) => this.#forgetFact(event.detail)}
      ></known-facts>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'live-insights': LiveInsights;
  }
}
