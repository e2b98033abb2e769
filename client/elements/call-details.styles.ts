import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    gap: 20px;
    padding: 16px 20px 20px;
    font-size: var(--text-small);
    color: var(--ink-2);
  }
  section {
    min-inline-size: 0;
  }
  h4 {
    margin: 0 0 8px;
    font-size: var(--text-small);
    font-weight: 600;
    color: var(--ink-2);
  }
  dl {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 4px 16px;
    margin: 0;
  }
  dt {
    color: var(--ink-3);
  }
  dd {
    margin: 0;
    color: var(--ink);
    text-align: end;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }
  .share {
    display: flex;
    block-size: 10px;
    gap: 2px;
    border-radius: 5px;
    overflow: hidden;
  }
  .theirs {
    background: var(--good);
  }
  .ours {
    background: var(--ink-3);
  }
  .words {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 2px 12px;
    margin: 6px 0 0;
    font-variant-numeric: tabular-nums;
  }
  ul {
    display: grid;
    gap: 4px;
    margin: 0;
    padding: 0;
    list-style: none;
    font-variant-numeric: tabular-nums;
  }
  li {
    display: flex;
    justify-content: space-between;
    gap: 12px;
  }
  .quiet {
    color: var(--ink-3);
  }
`;
