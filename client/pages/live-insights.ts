import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing } from 'lit';
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
import { type Connection, createConnection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import { connectionContext } from '../contexts.ts';
import { ClockController } from '../controllers/clock.ts';
import { ProofsController } from '../controllers/proofs.ts';
import { QueryController } from '../controllers/query.ts';
import { StateController } from '../controllers/state.ts';
import { WakeController } from '../controllers/wake.ts';
import type { FactAct } from '../elements/fact-card.ts';
import { dotted } from '../elements/dotted.ts';
import { learnedWords } from '../elements/fact-words.ts';
import { counted } from '../elements/figures.ts';
import { fire } from '../elements/fire.ts';
import { since } from '../elements/moments.ts';
import { type Fact, learnedSince, type Person } from '../reducers/knowledge.ts';
import { tokens, visuallyHidden } from '../tokens.ts';
import { keyProblem } from './key-problem.ts';
import { styles } from './live-insights.styles.ts';

/** So long is a new fact marked. */
const FRESH_FOR = 6_000;

interface Outcome {
  readonly __typename: string;
  readonly message?: string;
}

/**
 * What is known of one person, as it is learned. Stands alone on a page; inside `<live-monitor>` it uses the
 * monitor's connection.
 *
 * @attr user - The caller's own id of the person.
 * @attr endpoint - The server's GraphQL address. Without it, the server that this script came from.
 * @attr token - An API key. Without it, the element asks for one if the server does.
 * @attr {light|dark|auto} theme - `auto`, the default, follows the person's system.
 * @fires access-denied - The server wants a key, or another one. A host page may answer by setting `token`.
 *
 * The custom properties are those of `<live-monitor>`.
 */
export class LiveInsights extends LitElement {
  static override styles = [tokens, visuallyHidden, styles];
  static override properties = {
    user: {},
    endpoint: {},
    token: {},
    theme: {},
    person: { state: true },
    rights: { state: true },
    acts: { state: true },
    fresh: { state: true },
    announced: { state: true },
    keyWanted: { state: true },
  };

  /** Where the server is when no endpoint is given. The script that registers the element knows. */
  static defaultEndpoint = '/graphql';

  /** Opens the way to the server. A test puts another one in its place. */
  connect: typeof createConnection = createConnection;

  declare user: string | null;
  declare endpoint: string | null;
  declare token: string | null;
  declare theme: string;
  /** Null once it is certain that nobody of that id was seen; undefined before. */
  declare private person: Person | null | undefined;
  declare private rights: RightsQuery['viewer'] | null;
  /** What was asked to be done, by the key of the fact. */
  declare private acts: ReadonlyMap<string, FactAct>;
  /** Keys of the facts that were learned just now. */
  declare private fresh: ReadonlySet<string>;
  declare private announced: string;
  /** Why a key is asked for; an empty text asks without blame. Null while none is needed. */
  declare private keyWanted: string | null;

  #shared = new ContextConsumer(this, { context: connectionContext, subscribe: true });
  #own: Connection | null = null;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #state: StateController<[Connection, string], PersonSubscription>;
  #proofs = new ProofsController(this, async (id) => {
    const { node } = await this.#ask((connection) => connection.request(ProofsDocument, { id }));
    if (node?.__typename === 'Fact') return node;
    throw new ConnectionError('failed', 'This fact is known no more.');
  });

  constructor() {
    super();
    this.user = null;
    this.endpoint = null;
    this.token = null;
    this.theme = 'auto';
    this.#forget();
    this.keyWanted = null;
    new ClockController(this, () => undefined);
    this.#state = new StateController<[Connection, string], PersonSubscription>(this, {
      args: () => (this.#connection && this.user ? [this.#connection, this.user] : null),
      onStart: () => this.#forget(),
      subscribe: (sink, connection, externalId) => connection.subscribe(PersonDocument, { externalId }, sink),
      onData: ({ endUser }) => this.#arrived(endUser),
      denied: (error) => this.#denied(error),
    });
    // Asked anew with each connection that stands: what a key allows may have changed.
    new QueryController(this, {
      args: (): [Connection] | null =>
        this.#connection && this.#state.state.kind === 'live' ? [this.#connection] : null,
      run: (connection) => connection.request(RightsDocument, {}),
      onData: ({ viewer }) => (this.rights = viewer),
    });
    new WakeController(this, () => this.#state.retryNow());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Somebody moved it in the page: it has to be followed again.
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#settling);
    this.#own?.dispose();
    this.#own = null;
  }

  protected override willUpdate(): void {
    if (this.#shared.value || !this.isConnected) return;
    const { endpoint, token } = this.#own ?? {};
    if (this.#own && endpoint === this.#address && token === this.token) return;
    this.#own?.dispose();
    this.#own = this.connect({ endpoint: this.#address, token: this.token });
  }

  get #address(): string {
    return new URL(this.endpoint ?? LiveInsights.defaultEndpoint, document.baseURI).href;
  }

  get #connection(): Connection | null {
    return this.#shared.value ?? this.#own;
  }

  get #mayOperate(): boolean {
    return this.rights !== null && (this.rights.openMode || this.rights.scopes.includes('operate'));
  }

  #forget(): void {
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
    this.keyWanted = null;
    this.person = person;
    this.#proofs.refresh(person?.facts ?? []);
    if (learned.length === 0) return;
    this.announced = learnedWords(learned);
    this.fresh = new Set(learned.map(({ key }) => key));
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => (this.fresh = new Set()), FRESH_FOR);
  }

  /** Nothing of a person stays on the screen of somebody who may no longer see it. */
  #denied(error: ConnectionError): void {
    this.keyWanted = keyProblem(error, this.token !== null, this.person !== undefined);
    this.#forget();
    if (!this.#shared.value) fire(this, 'access-denied');
  }

  #useKey(key: string): void {
    // The same key again is worth another try: it may have been granted more since.
    if (this.token === key) this.#state.restart();
    this.token = key;
  }

  #ask<Answer>(how: (connection: Connection) => Promise<Answer>): Promise<Answer> {
    if (this.#connection) return how(this.#connection);
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

  override render() {
    const { state } = this.#state;
    const isInside = this.#shared.value !== undefined;
    // The monitor around it says when all is well.
    const isTold = this.user && !(isInside && state.kind === 'live');
    return html`
      <section
        class="frame ${isInside ? 'inside' : this.theme}"
        aria-label=${this.user ? `What is known of ${this.user}` : 'What is known of a person'}
      >
        <header>
          <h3>${isInside || !this.user ? 'Known about this person' : html`<bdi>${this.user}</bdi>`}</h3>
          ${
            isTold
              ? html`<connection-state
                  .state=${state}
                  @retry-request=${() => this.#state.retryNow()}
                ></connection-state>`
              : nothing
          }
          ${this.person ? html`<p>${this.#extent(this.person)}</p>` : nothing}
        </header>
        <div class="scroll">${this.#body(isInside)}</div>
        <div class="visually-hidden" aria-live="polite">${this.announced}</div>
      </section>
    `;
  }

  #extent({ facts, firstSeenAt }: Person) {
    return dotted([counted(facts.length, 'fact'), `known since ${since(firstSeenAt, Date.now())}`]);
  }

  #body(isInside: boolean) {
    const { state } = this.#state;
    if (!this.user) return note('Whose insights? Name a person in the attribute “user”.');
    if (this.keyWanted !== null)
      return isInside ? note(this.keyWanted || 'A key is needed.') : this.#keyForm();
    if (this.person === undefined) {
      return state.kind === 'offline'
        ? note(`${state.error.message} This page keeps trying.`)
        : html`<p class="note waiting">Connecting</p>`;
    }
    if (this.person === null) {
      return note(
        'Nobody of this id has said anything yet.',
        'What the person says will be understood here as it is said: likes, wishes, work, home. There is no need to reload.',
      );
    }
    return this.#known(this.person, state.kind === 'live');
  }

  #keyForm() {
    const { state } = this.#state;
    const problem = state.kind === 'offline' ? state.error.message : this.keyWanted;
    return html`<key-form
      .problem=${problem}
      .busy=${state.kind === 'connecting'}
      @key-submit=${(event: CustomEvent<string>) => this.#useKey(event.detail)}
    ></key-form>`;
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

function note(what: string, more = '') {
  return html`<div class="note">
    <p>${what}</p>
    ${more ? html`<p>${more}</p>` : nothing}
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'live-insights': LiveInsights;
  }
}
