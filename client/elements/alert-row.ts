import { css, html, LitElement, nothing } from 'lit';
import type { AlertCardFragment } from '../../generated/client/graphql.ts';
import { button } from '../tokens.ts';
import { dotted } from './dotted.ts';
import { fire } from './fire.ts';
import { fullMoment, since } from './moments.ts';

export type Alert = AlertCardFragment;

const SEVERITY: Readonly<Record<Alert['severity'], string>> = {
  INFO: 'Worth knowing',
  WARNING: 'Warning',
  CRITICAL: 'Critical',
};
const MINUTE = 60_000;

/** How long an alert can be put off. */
const SNOOZES: Readonly<Record<string, (now: Date) => Date>> = {
  '15 minutes': (now) => new Date(now.getTime() + 15 * MINUTE),
  '1 hour': (now) => new Date(now.getTime() + 60 * MINUTE),
  'until tomorrow': (now) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8),
};

/**
 * One alert: how much it matters, what happened, since when, and what can be done about it.
 *
 * @fires conversation-open - The person wants to see the conversation.
 * @fires alert-snooze - The person puts the alert off until a moment.
 * @fires alert-resolve - The person has dealt with it.
 */
export class AlertRow extends LitElement {
  static override styles = [
    button,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      article {
        padding: 12px 14px;
        border: 1px solid var(--line);
        border-inline-start: 4px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface);
      }
      .WARNING {
        border-inline-start-color: var(--warn);
      }
      .CRITICAL {
        border-inline-start-color: var(--bad);
        background: var(--bad-soft);
      }
      .over {
        background: none;
        border-inline-start-color: var(--line);
      }
      p,
      h4 {
        margin: 0;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
      }
      h4 {
        font-size: var(--text);
        font-weight: 650;
      }
      .small {
        font-size: var(--text-small);
        color: var(--ink-2);
      }
      .severity {
        font-weight: 650;
        color: var(--ink);
      }
      .CRITICAL .severity {
        color: var(--bad);
      }
      .WARNING .severity {
        color: var(--warn);
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-block-start: 10px;
      }
    `,
  ];
  static override properties = {
    alert: { attribute: false },
    mayOperate: { type: Boolean },
    now: { type: Number },
    choosing: { state: true },
  };

  declare alert: Alert | null;
  declare mayOperate: boolean;
  declare now: number;
  /** The person is asked for how long. */
  declare private choosing: boolean;

  constructor() {
    super();
    this.alert = null;
    this.mayOperate = false;
    this.now = Date.now();
    this.choosing = false;
  }

  async #choose(choosing: boolean): Promise<void> {
    this.choosing = choosing;
    await this.updateComplete;
    this.shadowRoot?.querySelector<HTMLElement>(choosing ? '.snoozes button' : '.snooze')?.focus();
  }

  #snooze(until: Date): void {
    this.choosing = false;
    fire(this, 'alert-snooze', { id: this.alert!.id, until: until.toISOString() });
  }

  override render() {
    const { alert } = this;
    if (!alert) return nothing;
    const isOver = alert.status === 'RESOLVED';
    return html`<article class="${alert.severity} ${isOver ? 'over' : ''}">
      <h4 id="text">${alert.text}</h4>
      <p class="small">
        ${dotted([
          html`<span class="severity">${SEVERITY[alert.severity]}</span>`,
          html`<bdi>${alert.ruleName}</bdi>`,
          html`since
            <time datetime=${alert.raisedAt} title=${fullMoment(alert.raisedAt)}
              >${since(alert.raisedAt, this.now)}</time
            >`,
          ...this.#state(alert),
        ])}
      </p>
      ${this.#actions(alert, isOver)}
    </article>`;
  }

  #state({ snoozedUntil, resolvedAt, resolvedBy, resolution }: Alert): unknown[] {
    if (snoozedUntil !== null) return [`put off until ${since(snoozedUntil, this.now)}`];
    if (resolvedAt === null) return [];
    if (resolution === 'RULE_CHANGED') return ['over, for its rule was changed'];
    const over = `over since ${since(resolvedAt, this.now)}`;
    return [resolvedBy === null ? over : html`${over}, resolved by <bdi>${resolvedBy}</bdi>`];
  }

  #actions({ id, conversationId }: Alert, isOver: boolean) {
    const may = this.mayOperate && !isOver;
    if (conversationId === null && !may) return nothing;
    const open = html`<button
      aria-describedby="text"
      @click=${() => fire(this, 'conversation-open', { conversation: conversationId! })}
    >
      Open the conversation
    </button>`;
    const done = html`<button
        class="snooze"
        aria-describedby="text"
        aria-expanded=${this.choosing}
        @click=${() => this.#choose(!this.choosing)}
      >
        Put off
      </button>
      <button class="resolve" aria-describedby="text" @click=${() => fire(this, 'alert-resolve', id)}>
        Resolve
      </button>`;
    return html`<div class="actions">${conversationId === null ? nothing : open} ${may ? done : nothing}</div>
      ${this.choosing && may ? this.#snoozes() : nothing}`;
  }

  #snoozes() {
    return html`<div
      class="actions snoozes"
      role="group"
      aria-label="Put off for how long"
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        void this.#choose(false);
      }}
    >
      ${Object.entries(SNOOZES).map(
        ([label, until]) => html`<button @click=${() => this.#snooze(until(new Date()))}>${label}</button>`,
      )}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'alert-row': AlertRow;
  }
  interface EarshotEvents {
    'alert-snooze': { readonly id: string; readonly until: string };
    'alert-resolve': string;
  }
}
