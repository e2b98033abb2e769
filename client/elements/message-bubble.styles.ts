import { css } from 'lit';

export const styles = css`
  :host {
    --corner: 14px;
    --joint: 4px;
    display: flex;
    flex-direction: column;
    align-items: flex-end;
    gap: 4px;
    margin-block-start: 2px;
  }
  :host([first]) {
    margin-block-start: 12px;
  }
  :host([sender='USER']) {
    align-items: flex-start;
  }
  :host([sender='SYSTEM']) {
    align-items: center;
  }
  .bubble {
    max-inline-size: min(78%, 40em);
    padding: 8px 13px;
    border-radius: var(--corner);
    background: var(--bot);
    color: var(--bot-ink);
  }
  .text {
    display: block;
    unicode-bidi: isolate;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  :host(:not([first])) .bubble {
    border-start-end-radius: var(--joint);
  }
  :host .bubble {
    border-end-end-radius: var(--joint);
  }
  :host([sender='HUMAN']) .bubble {
    background: var(--human);
    color: var(--human-ink);
  }
  :host([sender='USER']) .bubble {
    background: var(--user);
    color: var(--user-ink);
    border-radius: var(--corner);
    border-end-start-radius: var(--joint);
  }
  :host([sender='USER']:not([first])) .bubble {
    border-start-start-radius: var(--joint);
  }
  :host([sender='SYSTEM']) .bubble {
    max-inline-size: min(90%, 44em);
    background: none;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    color: var(--ink-2);
    font-size: var(--text-small);
    padding: 4px 12px;
    text-align: center;
  }
  .meta {
    text-align: end;
    text-wrap: pretty;
    font-size: var(--text-tiny);
    color: var(--ink-3);
    font-variant-numeric: tabular-nums;
    padding-inline: 2px;
    overflow-wrap: anywhere;
  }
  :host([sender='USER']) .meta {
    text-align: start;
  }
  rating-mark {
    max-inline-size: min(90%, 40em);
    margin-block: 2px;
  }
  .meta b {
    font-weight: 600;
    color: var(--ink-2);
  }
  .meta b.trouble {
    color: var(--bad);
  }
  .trouble::before {
    content: '▲ ';
    font-size: 0.8em;
  }
  .meta b.wanted {
    color: var(--warn);
  }
  .meta b.answered {
    color: var(--good);
  }
  .wanted::before {
    content: '▲ ';
    font-size: 0.8em;
  }
  .answered::before {
    content: '✓ ';
  }
  button.plain {
    color: inherit;
    padding-inline: 0;
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  @media (prefers-reduced-motion: no-preference) {
    :host([arriving]) {
      animation: arrive 160ms ease-out;
    }
    @keyframes arrive {
      from {
        opacity: 0;
        transform: translateY(8px);
      }
    }
  }
`;
