import { ContextConsumer } from '@lit/context';
import { html, nothing, type PropertyDeclarations } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import {
  AlertBoardDocument,
  type AlertBoardSubscription,
  AlertViewerDocument,
  type AlertViewerQuery,
  CreateAlertRuleDocument,
  type CreateAlertRuleInput,
  RemoveAlertRuleDocument,
  ResolveAlertDocument,
  type Scope,
  SnoozeAlertDocument,
  UpdateAlertRuleDocument,
} from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import { operatorContext } from '../contexts.ts';
import { QueryController } from '../controllers/query.ts';
import { StateController } from '../controllers/state.ts';
import { type AlertRule, conditionWords, type Refusal } from '../elements/alert-kinds.ts';
import type { Alert } from '../elements/alert-row.ts';
import { counted } from '../elements/figures.ts';
import { button } from '../tokens.ts';
import { styles } from './live-alerts.styles.ts';
import { LivePage } from './live-page.ts';

type Board = AlertBoardSubscription['alertBoard'];
type Outcome = { readonly __typename: string; readonly message?: string; readonly field?: string };
/** What is done once the person has said a name. */
type Deed = (operator: string) => Promise<void>;

/** What is up in a project, what was, and what one wants to be told of. */
export class LiveAlerts extends LivePage {
  static override styles = [...LivePage.styles, button, styles];
  static override properties: PropertyDeclarations = {
    board: { state: true },
    viewer: { state: true },
    edited: { state: true },
    refusal: { state: true },
    busy: { state: true },
    problem: { state: true },
    deed: { state: true },
    name: { state: true },
    now: { state: true },
  };

  declare private board: Board | undefined;
  declare private viewer: AlertViewerQuery['viewer'] | null;
  /** The rule in the form; `new` for one that is set up, null while the form is closed. */
  declare private edited: AlertRule | 'new' | null;
  declare private refusal: Refusal | null;
  declare private busy: boolean;
  declare private problem: string;
  declare private deed: Deed | null;
  /** Who sits here, where no page around says. */
  declare private name: string | null;
  declare private now: number;

  protected override readonly followed: StateController<[Connection], { alertBoard: Board }>;
  #who = new ContextConsumer(this, { context: operatorContext, subscribe: true });

  constructor() {
    super();
    this.edited = null;
    this.viewer = null;
    this.refusal = null;
    this.busy = false;
    this.problem = '';
    this.deed = null;
    this.name = null;
    this.now = Date.now();
    this.followed = new StateController<[Connection], { alertBoard: Board }>(this, {
      args: () => (this.connection ? [this.connection] : null),
      onStart: () => this.forget(),
      subscribe: (sink, connection) => connection.subscribe(AlertBoardDocument, {}, sink),
      onData: ({ alertBoard }) => this.#become(alertBoard),
      denied: (error) => this.denied(error),
    });
    new QueryController<[Connection], AlertViewerQuery>(this, {
      args: () => (this.connection && this.board ? [this.connection] : null),
      run: (connection) => connection.request(AlertViewerDocument, {}),
      onData: ({ viewer }) => (this.viewer = viewer),
    });
  }

  #become(board: Board): void {
    this.admitted();
    const before = this.board && new Set(this.board.open.map(({ id }) => id));
    const fresh = board.open.filter(({ id, status }) => status === 'RAISED' && before?.has(id) === false);
    const [first] = fresh;
    if (first) {
      const more = fresh.length > 1 ? `${fresh.length} new alerts. ` : 'New alert. ';
      this.announced = `${more}${first.text}`;
    }
    this.board = board;
  }

  protected override forget(): void {
    this.board = undefined;
  }

  protected override ticked(now: number): void {
    // Moments turn from "14:02" to "18 Nov, 14:02" once a day; a minute is soon enough.
    if (now - this.now >= 60_000) this.now = now;
  }

  protected override label(): string {
    return 'Alerts';
  }

  protected override heading() {
    return 'Alerts';
  }

  protected override extent() {
    const raised = this.board?.raised ?? 0;
    if (this.board === undefined) return nothing;
    return html`<p>
      <bdi
        >${raised === 0 ? 'Nothing is wrong, as far as the rules tell' : `${counted(raised, 'alert')} raised`}</bdi
      >
    </p>`;
  }

  #may(scope: Scope): boolean {
    return this.viewer !== null && (this.viewer.openMode || this.viewer.scopes.includes(scope));
  }

  protected override content(isLive: boolean) {
    const { board } = this;
    if (board === undefined) return undefined;
    return html`<div class="known ${isLive ? '' : 'stale'}">
      <section aria-label="Open alerts">
        <p class="problem" role="alert">${this.problem}</p>
        ${this.#nameForm()} ${this.#list(board.open)}
        ${board.open.length === 0 ? html`<p class="quiet">${emptyWords(board)}</p>` : nothing}
        ${
          board.raised > board.open.filter(({ status }) => status === 'RAISED').length
            ? html`<p class="quiet">The newest are shown. Older ones come up as these are resolved.</p>`
            : nothing
        }
      </section>
      ${this.#rules(board.rules)}
      ${
        board.resolved.length === 0
          ? nothing
          : html`<section aria-label="What is over">
              <div class="title"><h4>Over</h4></div>
              ${this.#list(board.resolved)}
            </section>`
      }
    </div>`;
  }

  #list(alerts: readonly Alert[]) {
    if (alerts.length === 0) return nothing;
    return html`<ul class="alerts">
      ${repeat(
        alerts,
        ({ id }) => id,
        (alert) =>
          html`<li>
            <alert-row
              .alert=${alert}
              .now=${this.now}
              .mayOperate=${this.#may('operate')}
              @alert-snooze=${({ detail }: CustomEvent<{ id: string; until: string }>) =>
                this.#do((operator) => this.#snooze({ ...detail, operator }))}
              @alert-resolve=${({ detail: id }: CustomEvent<string>) =>
                this.#do((operator) => this.#resolve({ id, operator }))}
            ></alert-row>
          </li>`,
      )}
    </ul>`;
  }

  #nameForm() {
    if (this.deed === null) return nothing;
    return html`<operator-name
      .name=${null}
      wanted
      @operator-change=${({ detail }: CustomEvent<string>) => {
        this.name = detail;
        const { deed } = this;
        this.deed = null;
        if (deed) this.#do(deed);
      }}
      @name-refuse=${() => (this.deed = null)}
    ></operator-name>`;
  }

  #do(deed: Deed): void {
    const name = this.#who.value?.name ?? this.name;
    if (name) void deed(name);
    else this.deed = deed;
  }

  async #snooze(variables: { id: string; until: string; operator: string }): Promise<void> {
    const outcome = await this.#send(async (connection) => {
      return (await connection.request(SnoozeAlertDocument, variables)).snoozeAlert;
    });
    if (outcome === null) this.announced = 'Put off.';
  }

  async #resolve(variables: { id: string; operator: string }): Promise<void> {
    const outcome = await this.#send(async (connection) => {
      return (await connection.request(ResolveAlertDocument, variables)).resolveAlert;
    });
    if (outcome === null) this.announced = 'Resolved.';
  }

  /** Sends something, and gives why it was refused; null when it was not. */
  async #send(way: (connection: Connection) => Promise<Outcome>): Promise<Refusal | null> {
    this.problem = '';
    const refusal = await this.#outcome(way);
    if (refusal) this.problem = refusal.message;
    return refusal;
  }

  async #outcome(way: (connection: Connection) => Promise<Outcome>): Promise<Refusal | null> {
    try {
      const { message, field = '' } = await way(this.connection!);
      return message === undefined ? null : { field, message };
    } catch (error) {
      return { field: '', message: ConnectionError.from(error).message };
    }
  }

  #rules(rules: readonly AlertRule[]) {
    const may = this.#may('admin');
    return html`<section aria-label="Rules">
      <div class="title">
        <h4>Rules</h4>
        ${may && this.edited !== 'new' ? html`<button class="add" @click=${() => this.#edit('new')}>Add a rule</button>` : nothing}
      </div>
      ${this.edited === 'new' ? this.#form(null) : nothing}
      ${rules.length === 0 && this.edited === null ? html`<p class="quiet">There are no rules yet.</p>` : nothing}
      <ul class="rules">
        ${repeat(
          rules,
          ({ id }) => id,
          (rule) =>
            html`<li>
              ${typeof this.edited === 'object' && this.edited?.id === rule.id ? this.#form(rule) : this.#rule(rule, may)}
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #rule(rule: AlertRule, may: boolean) {
    const turned = rule.isEnabled ? 'Switch off' : 'Switch on';
    return html`<div class="words ${rule.isEnabled ? '' : 'off'}">
        <bdi>${rule.name}</bdi>
        <p dir="auto">${conditionWords(rule)}${rule.isEnabled ? nothing : html` (off)`}</p>
      </div>
      ${
        may
          ? html`<div>
              <button class="plain" aria-label="Change ${rule.name}" @click=${() => this.#edit(rule)}>
                Change
              </button>
              <button class="plain" aria-label="${turned} ${rule.name}" @click=${() => this.#turn(rule)}>
                ${turned}
              </button>
              <confirm-bar
                label="Remove"
                .about=${rule.name}
                .question=${`Remove “${rule.name}”? Its open alerts are resolved.`}
                .choices=${['Remove the rule']}
                .blocked=${this.busy}
                @choice-confirm=${() => this.#remove(rule)}
              ></confirm-bar>
            </div>`
          : nothing
      }`;
  }

  #form(rule: AlertRule | null) {
    return html`<alert-rule-form
      .rule=${rule}
      .refusal=${this.refusal}
      .busy=${this.busy}
      @rule-save=${({ detail }: CustomEvent<CreateAlertRuleInput>) => this.#save(rule, detail)}
      @rule-cancel=${() => this.#close()}
    ></alert-rule-form>`;
  }

  #edit(edited: AlertRule | 'new'): void {
    this.edited = edited;
    this.refusal = null;
  }

  async #close(): Promise<void> {
    this.edited = null;
    await this.updateComplete;
    this.shadowRoot?.querySelector<HTMLElement>('button.add')?.focus();
  }

  async #save(rule: AlertRule | null, input: CreateAlertRuleInput): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.refusal = await this.#outcome(async (connection) => {
      if (rule === null)
        return (await connection.request(CreateAlertRuleDocument, { input })).createAlertRule;
      const changed = { ...input, id: rule.id };
      return (await connection.request(UpdateAlertRuleDocument, { input: changed })).updateAlertRule;
    });
    this.busy = false;
    if (this.refusal) return;
    this.announced = 'The rule is saved.';
    await this.#close();
  }

  #turn({ id, isEnabled }: AlertRule): Promise<unknown> {
    return this.#send(async (connection) => {
      const input = { id, isEnabled: !isEnabled };
      return (await connection.request(UpdateAlertRuleDocument, { input })).updateAlertRule;
    });
  }

  async #remove({ id, name }: AlertRule): Promise<void> {
    const refusal = await this.#send(async (connection) => {
      return (await connection.request(RemoveAlertRuleDocument, { id })).removeAlertRule;
    });
    if (refusal) return;
    this.announced = `${name} is removed.`;
    this.shadowRoot?.querySelector<HTMLElement>('button.add')?.focus();
  }
}

/** What to do while nothing is raised. */
function emptyWords({ rules }: Board): string {
  if (rules.length === 0) {
    return 'Alerts tell when something goes wrong: a cost, a slow answer, somebody who waits, a word. Add a rule for what you want to be told.';
  }
  if (!rules.some(({ isEnabled }) => isEnabled)) return 'All rules are off, so nothing can be raised.';
  return 'Nothing is raised. What a rule watches for shows here at once.';
}

declare global {
  interface HTMLElementTagNameMap {
    'live-alerts': LiveAlerts;
  }
}
