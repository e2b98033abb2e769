import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    min-block-size: 0;
    min-inline-size: 0;
    overflow: hidden;
    background: var(--bg);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 12px;
    padding: 8px 14px;
    background: var(--surface);
    border-block-end: 1px solid var(--line);
    color: var(--ink-2);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  h4 {
    flex: 1;
    margin: 0;
    min-inline-size: 6em;
    color: var(--ink);
    font-size: var(--text);
    font-weight: 650;
    overflow-wrap: anywhere;
  }
  segment-log {
    container-type: size;
  }
`;
