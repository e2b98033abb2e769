import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    background: var(--surface);
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    padding: 12px 16px;
    border-block-end: 1px solid var(--line);
  }
  button.chip {
    min-block-size: 26px;
    padding: 1px 11px;
    border-radius: 99px;
    font-weight: 500;
    color: var(--ink-2);
    background: none;
  }
  button.chip[aria-pressed='true'] {
    background: var(--ink);
    border-color: var(--ink);
    color: var(--surface);
  }
  button.chip.urgent {
    border-color: transparent;
    background: var(--warn-soft);
    color: var(--warn);
    font-weight: 650;
  }
  button.chip.urgent[aria-pressed='true'] {
    border-color: var(--warn);
    background: var(--warn);
    color: var(--surface);
  }
  .count {
    font-variant-numeric: tabular-nums;
    opacity: 0.85;
  }
  .scroll {
    flex: 1;
    min-block-size: 0;
    overflow-y: auto;
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  .end {
    margin: 0;
    padding: 12px 16px;
    text-align: center;
    color: var(--ink-3);
    font-size: var(--text-small);
  }
`;
