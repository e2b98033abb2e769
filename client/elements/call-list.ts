import { ContextConsumer } from '@lit/context';
import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CallCardFragment } from '../../generated/client/graphql.ts';
import { clockContext } from '../contexts.ts';
import { visuallyHidden } from '../tokens.ts';
import { dotted } from './dotted.ts';
import { fire } from './fire.ts';
import { fullMoment, since } from './moments.ts';
import { lengthOf, offset } from './offsets.ts';

/** By what people know a call. */
export function nameOf({ customerPhoneNumber, callId }: CallCardFragment): string {
  return customerPhoneNumber ?? callId;
}

/**
 * Calls, the newest first, as a list to walk with the arrow keys.
 *
 * @fires call-select - A call was chosen; the detail is its id.
 */
export class CallList extends LitElement {
  static override styles = [
    visuallyHidden,
    css`
      :host {
        display: block;
        overflow-y: auto;
        min-block-size: 0;
        background: var(--surface);
        scrollbar-width: thin;
        scrollbar-color: var(--line-strong) transparent;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        border-block-end: 1px solid var(--line);
      }
      button {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 2px 12px;
        box-sizing: border-box;
        inline-size: 100%;
        padding: 12px 16px;
        border: none;
        border-inline-start: 3px solid transparent;
        background: none;
        color: var(--ink-2);
        font: inherit;
        font-size: var(--text-small);
        text-align: start;
        cursor: pointer;
      }
      button:hover {
        background: var(--surface-2);
      }
      button[aria-current] {
        background: var(--accent-soft);
        border-inline-start-color: var(--accent);
      }
      button:focus-visible {
        outline: 2px solid var(--accent);
        outline-offset: -2px;
      }
      .who {
        color: var(--ink);
        font-size: var(--text);
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      button > :nth-child(even) {
        justify-self: end;
      }
      .length {
        font-variant-numeric: tabular-nums;
      }
      .live {
        color: var(--good);
        font-weight: 600;
      }
      .live::before {
        content: '●\\00a0';
      }
      p {
        margin: 0;
        padding: 24px 16px;
        color: var(--ink-3);
        text-align: center;
      }
    `,
  ];
  static override properties = { calls: { attribute: false }, selected: {} };

  declare calls: readonly CallCardFragment[];
  declare selected: string | null;

  #clock = new ContextConsumer(this, { context: clockContext, subscribe: true });

  constructor() {
    super();
    this.calls = [];
    this.selected = null;
  }

  override focus(options?: FocusOptions): void {
    this.shadowRoot?.querySelector<HTMLElement>('button[tabindex="0"]')?.focus(options);
  }

  #walk(event: KeyboardEvent): void {
    const buttons = [...(this.shadowRoot?.querySelectorAll('button') ?? [])];
    const at = buttons.findIndex((button) => button === event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    const next = to === undefined ? undefined : buttons[to];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  override render() {
    if (this.calls.length === 0) return html`<p>No calls yet</p>`;
    const now = this.#clock.value ?? Date.now();
    const isListed = this.calls.some(({ callId }) => callId === this.selected);
    return html`<ul aria-label="Calls" @keydown=${(event: KeyboardEvent) => this.#walk(event)}>
      ${repeat(
        this.calls,
        ({ callId }) => callId,
        (call, index) => {
          const isChosen = call.callId === this.selected;
          return html`<li>
            <button
              aria-current=${isChosen ? 'true' : nothing}
              tabindex=${isChosen || (!isListed && index === 0) ? 0 : -1}
              @click=${() => fire(this, 'call-select', call.callId)}
            >
              <span class="who"><bdi>${nameOf(call)}</bdi></span>
              <span class="length">${offset(lengthOf(call, now))}</span>
              <span title=${fullMoment(call.startedAt)}
                >${dotted([since(call.startedAt, now), ...(call.agentId ? [call.agentId] : [])])}</span
              >
              ${call.status === 'ACTIVE' ? html`<span class="live">live</span>` : html`<span>ended</span>`}
            </button>
          </li>`;
        },
      )}
    </ul>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'call-list': CallList;
  }
  interface EarshotEvents {
    'call-select': string;
  }
}
