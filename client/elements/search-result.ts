import { css, html, LitElement, nothing } from 'lit';
import { fire } from './fire.ts';
import { since } from './moments.ts';
import { offset } from './offsets.ts';
import type { Found } from './reading-log.ts';

/** A message or a segment of a call that was found, or a conversation. */
export interface Result {
  readonly id: string;
  readonly found: Found;
  readonly platform: string;
  readonly isClosed: boolean;
  readonly sender: string | null;
  readonly at: string;
  /** Where in its call it begins, in ms; null for what is no segment. */
  readonly offsetMs: number | null;
  readonly parts: readonly { readonly text: string; readonly isMatch: boolean }[];
}

const SENDERS: Readonly<Record<string, string>> = {
  USER: 'User',
  BOT: 'Bot',
  HUMAN: 'Person',
  SYSTEM: 'System',
  CUSTOMER: 'Customer',
  AGENT: 'Agent',
};

/**
 * One thing that was found.
 *
 * @fires conversation-open - The person wants to read it.
 */
export class SearchResult extends LitElement {
  static override styles = css`
    button {
      display: block;
      inline-size: 100%;
      padding: 10px 20px;
      border: none;
      border-block-end: 1px solid var(--line);
      background: none;
      color: var(--ink);
      font: inherit;
      text-align: start;
      cursor: pointer;
    }
    button:hover {
      background: var(--surface-2);
    }
    button:focus-visible {
      outline: 2px solid var(--accent);
      outline-offset: -2px;
    }
    .about {
      display: flex;
      flex-wrap: wrap;
      gap: 0 10px;
      color: var(--ink-3);
      font-size: var(--text-small);
    }
    .about b {
      color: var(--ink-2);
      overflow-wrap: anywhere;
    }
    .words {
      display: block;
      overflow-wrap: anywhere;
      white-space: pre-line;
    }
    mark {
      padding-inline: 1px;
      border-radius: 2px;
      background: var(--warn-soft);
      color: inherit;
      font-weight: 650;
      text-decoration: underline;
      text-decoration-color: var(--warn);
      text-underline-offset: 2px;
    }
  `;
  static override properties = { result: { attribute: false } };

  declare result: Result | null;

  constructor() {
    super();
    this.result = null;
  }

  override render() {
    if (!this.result) return nothing;
    const { found, platform, isClosed, sender, at, offsetMs, parts } = this.result;
    return html`<button @click=${() => fire(this, 'conversation-open', found)}>
      <span class="about">
        <b><bdi>${found.conversation}</bdi></b>
        <span><bdi>${platform}</bdi></span>
        ${isClosed ? html`<span>closed</span>` : nothing}
        <time datetime=${at}>${since(at, Date.now())}</time>
        ${offsetMs === null ? nothing : html`<span>at ${offset(offsetMs)} of the call</span>`}
      </span>
      <span class="words" dir="auto"
        >${sender === null ? nothing : html`${SENDERS[sender] ?? sender}: `}${parts.map(
          ({ text, isMatch }) => (isMatch ? html`<mark>${text}</mark>` : text),
        )}</span
      >
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'search-result': SearchResult;
  }
}
