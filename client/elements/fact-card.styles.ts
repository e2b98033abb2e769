import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    border-block-end: 1px solid var(--line);
  }
  summary {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 12px;
    padding: 8px 8px 8px 20px;
    margin-inline: -8px;
    position: relative;
    border-radius: var(--radius-small);
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::before {
    content: '';
    position: absolute;
    inset-block-start: calc(8px + 0.55em);
    inset-inline-start: 6px;
    inline-size: 0.36em;
    block-size: 0.36em;
    border: solid var(--ink-3);
    border-width: 0 1.5px 1.5px 0;
    transform: rotate(-45deg);
  }
  :host(:dir(rtl)) summary {
    padding: 8px 20px 8px 8px;
  }
  :host(:dir(rtl)) summary::before {
    transform: rotate(135deg);
  }
  :host([open]) summary::before {
    transform: rotate(45deg);
  }
  summary:hover {
    background: var(--surface-2);
  }
  summary:focus-visible {
    outline-offset: -2px;
  }
  .value {
    overflow-wrap: anywhere;
  }
  .bars {
    inline-size: 1.1em;
    block-size: 0.88em;
    margin-block-start: 0.28em;
    fill: var(--line-strong);
  }
  :host(:dir(rtl)) .bars {
    transform: scaleX(-1);
  }
  .bars .full {
    fill: var(--accent);
  }
  .source {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 6px;
    color: var(--ink-3);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .tag {
    font-size: var(--text-tiny);
    font-weight: 600;
    color: var(--ink-2);
    border: 1px solid var(--line-strong);
    border-radius: 4px;
    padding-inline: 5px;
    line-height: 1.45;
  }
  .tag.new {
    color: var(--accent);
    border-color: var(--accent);
  }
  .confirmed {
    color: var(--good);
  }
  .confirmed::before {
    content: '✓ ';
  }
  :host([fresh]) summary {
    background: var(--accent-soft);
  }
  .more {
    padding: 4px 0 12px 12px;
  }
  :host(:dir(rtl)) .more {
    padding: 4px 12px 12px 0;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .evidence li {
    margin-block-end: 8px;
  }
  blockquote {
    margin: 0;
    padding: 6px 11px;
    width: fit-content;
    max-inline-size: 100%;
    box-sizing: border-box;
    border-radius: 12px;
    border-end-start-radius: 4px;
    background: var(--user);
    color: var(--user-ink);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  mark {
    color: inherit;
    background: color-mix(in srgb, var(--good) 26%, transparent);
    border-radius: 3px;
    box-shadow: 0 0 0 2px color-mix(in srgb, var(--good) 26%, transparent);
  }
  .where {
    display: block;
    color: var(--ink-3);
    font-size: var(--text-tiny);
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
    padding-inline: 2px;
  }
  h5 {
    margin: 12px 0 2px;
    font-size: var(--text-small);
    font-weight: 600;
    color: var(--ink-2);
  }
  .history li {
    display: flex;
    flex-wrap: wrap;
    gap: 0 8px;
    align-items: baseline;
    padding-block: 2px;
    color: var(--ink-2);
    overflow-wrap: anywhere;
  }
  p {
    margin: 0 0 4px;
  }
  .quiet {
    color: var(--ink-3);
    font-size: var(--text-small);
  }
  .steps {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin-block-start: 8px;
  }
  .steps button {
    min-block-size: 28px;
    padding-block: 2px;
  }
  .steps label,
  .ask p {
    flex: 1 0 100%;
    margin: 0;
    font-size: var(--text-small);
    color: var(--ink-2);
  }
  input {
    flex: 1 0 100%;
    min-inline-size: 0;
    box-sizing: border-box;
    font: inherit;
    color: inherit;
    background: var(--surface);
    border: 1px solid var(--ink-3);
    border-radius: var(--radius-small);
    padding: 5px 10px;
  }
  button.danger {
    color: var(--bad);
    border-color: var(--bad);
  }
  .problem {
    margin-block-start: 8px;
    color: var(--bad);
    font-size: var(--text-small);
  }
  .problem:empty {
    display: none;
  }
  @media (prefers-reduced-motion: no-preference) {
    summary {
      transition: background-color 600ms;
    }
    :host([fresh]) {
      animation: arrive 160ms ease-out;
    }
    .waiting {
      animation: appear 200ms 300ms backwards;
    }
    @keyframes arrive {
      from {
        opacity: 0;
        transform: translateY(8px);
      }
    }
    @keyframes appear {
      from {
        opacity: 0;
      }
    }
  }
`;
