import { css } from 'lit';

/** A command to copy, with a bar above it. */
export const commandBox = css`
  .command {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    overflow: hidden;
  }
  .bar {
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: 6px 8px 6px 16px;
    border-block-end: 1px solid var(--line);
    color: var(--ink-3);
    font-size: var(--text-small);
  }
  pre {
    direction: ltr;
    margin: 0;
    padding: 12px 16px 16px;
    overflow-x: auto;
    color: var(--ink);
    font-family: var(--mono);
    font-size: var(--text-small);
    line-height: 1.6;
    text-align: left;
    scrollbar-width: thin;
  }
  pre:focus-visible {
    outline-offset: -2px;
  }
`;
