import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 3px;
    margin-block-start: 2px;
  }
  :host([first]) {
    margin-block-start: 12px;
  }
  :host([speaker='AGENT']) {
    align-items: flex-end;
  }
  .bubble {
    box-sizing: border-box;
    max-inline-size: min(78%, 40em);
    padding: 8px 13px;
    border-radius: 14px;
    border-end-start-radius: 4px;
    background: var(--user);
    color: var(--user-ink);
    transition: background-color 160ms;
  }
  :host(:not([first])) .bubble {
    border-start-start-radius: 4px;
  }
  :host([speaker='AGENT']) .bubble {
    border-radius: 14px;
    border-end-end-radius: 4px;
    background: var(--bot);
    color: var(--bot-ink);
  }
  :host([speaker='AGENT']:not([first])) .bubble {
    border-start-end-radius: 4px;
  }
  /* Paler until it is final; the words themselves stay easy to read. */
  :host([partial]) .bubble {
    background: color-mix(in srgb, var(--user) 55%, var(--bg));
    font-style: italic;
  }
  :host([partial][speaker='AGENT']) .bubble {
    background: color-mix(in srgb, var(--bot) 55%, var(--bg));
  }
  .text {
    display: block;
    unicode-bidi: isolate;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  mark {
    padding: 1px 2px;
    margin: -1px -2px;
    border-radius: 3px;
    background: var(--warn-soft);
    color: var(--warn);
    text-decoration: underline;
    text-decoration-thickness: 2px;
    text-underline-offset: 3px;
  }
  .meta {
    display: flex;
    flex-wrap: wrap;
    gap: 0 8px;
    padding-inline: 2px;
    color: var(--ink-3);
    font-size: var(--text-tiny);
    font-variant-numeric: tabular-nums;
  }
  :host([speaker='AGENT']) .meta {
    justify-content: flex-end;
  }
  .who {
    color: var(--ink-2);
    font-weight: 600;
  }
  .speaking::after {
    content: ' …';
  }
  .good {
    color: var(--good);
  }
  .bad {
    color: var(--bad);
  }
  .good::before {
    content: '▲ ';
    font-size: 0.8em;
  }
  .bad::before {
    content: '▼ ';
    font-size: 0.8em;
  }
  @media (prefers-reduced-motion: reduce) {
    .bubble {
      transition: none;
    }
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
