import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    place-items: center;
    padding: 24px 16px;
    overflow-y: auto;
  }
  .board {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
    inline-size: min(100%, 40em);
    text-align: center;
    justify-items: center;
  }
  svg {
    inline-size: 4.6em;
    fill: none;
    stroke: var(--accent);
    stroke-width: 3;
    stroke-linecap: round;
    margin-block-end: 4px;
  }
  h2 {
    margin: 0;
    font-size: var(--text-large);
    font-weight: 650;
    letter-spacing: -0.01em;
  }
  p {
    margin: 0;
    color: var(--ink-2);
    text-wrap: balance;
  }
  .command {
    inline-size: 100%;
    box-sizing: border-box;
    margin-block-start: 8px;
    text-align: start;
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
    font-family: var(--mono);
    font-size: var(--text-small);
    line-height: 1.6;
    text-align: left;
    scrollbar-width: thin;
  }
  pre:focus-visible {
    outline-offset: -2px;
  }
  .small {
    color: var(--ink-3);
    font-size: var(--text-small);
  }
`;
