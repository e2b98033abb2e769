import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    box-sizing: border-box;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 2px 12px;
    padding: 12px 16px;
    border-block-end: 1px solid var(--line);
    position: relative;
    cursor: pointer;
    outline: none;
    background: var(--surface);
    color: var(--ink);
  }
  :host(:hover) {
    background: color-mix(in srgb, var(--surface-2) 60%, var(--surface));
  }
  :host([aria-selected='true']) {
    background: var(--accent-soft);
  }
  :host([aria-selected='true'])::before {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    inline-size: 3px;
    background: var(--accent);
  }
  :host(:focus-visible) {
    box-shadow: inset 0 0 0 2px var(--accent);
  }
  .who {
    font-weight: 600;
  }
  .who,
  .words {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tag {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    max-inline-size: 18ch;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    text-transform: uppercase;
    font-size: calc(var(--text-tiny) * 0.9);
    letter-spacing: 0.03em;
    line-height: 1.5;
    color: var(--ink-3);
    border: 1px solid var(--line-strong);
    border-radius: 4px;
    padding: 0 5px;
  }
  .age {
    color: var(--ink-3);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
    line-height: 1.68;
  }
  .age.fresh {
    color: var(--accent);
    font-weight: 600;
  }
  svg {
    inline-size: 1em;
    block-size: 1em;
    flex: none;
  }
  .tag svg {
    fill: currentColor;
  }
  .count svg {
    fill: none;
    stroke: currentColor;
    stroke-width: 1.3;
    stroke-linejoin: round;
  }
  .count {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    margin-inline-start: auto;
  }
  .tag bdi {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .last {
    grid-column: 1 / -1;
    display: flex;
    gap: 0.3em;
    color: var(--ink-2);
  }
  .speaker {
    color: var(--ink-3);
  }
  /* The words begin where they begin in their own script, beside the speaker all the same. */
  .words {
    flex: 1;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  .foot {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    margin-block-start: 2px;
    font-size: var(--text-small);
    color: var(--ink-3);
    font-variant-numeric: tabular-nums;
  }
  .waiting {
    color: var(--ink-2);
    font-weight: 500;
  }
  .wanted {
    grid-column: 1 / -1;
    display: flex;
    align-items: baseline;
    gap: 8px;
    min-inline-size: 0;
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
    color: var(--warn);
    white-space: nowrap;
  }
  .wanted b {
    font-weight: 650;
  }
  .wanted b::before {
    content: '▲ ';
    font-size: 0.8em;
  }
  .priority {
    padding-inline: 6px;
    border-radius: 4px;
    background: var(--warn-soft);
    font-weight: 600;
  }
  .reason {
    flex: 1;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--ink-2);
  }
  .held {
    max-inline-size: 100%;
    padding-inline: 6px;
    border-radius: 4px;
    background: var(--human);
    color: var(--human-ink);
    font-weight: 500;
    overflow-wrap: anywhere;
  }
  .waiting::before {
    content: '';
    display: inline-block;
    inline-size: 6px;
    block-size: 6px;
    margin-inline-end: 6px;
    border: 1.5px solid currentColor;
    border-radius: 50%;
    vertical-align: 1px;
  }
  /* Where the list is a page of its own, no conversation is open beside it. */
  @container (width < 44em) {
    :host([aria-selected='true']) {
      background: var(--surface);
    }
    :host([aria-selected='true'])::before {
      content: none;
    }
  }
`;
