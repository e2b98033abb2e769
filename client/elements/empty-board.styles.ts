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
  }
  .small {
    color: var(--ink-3);
    font-size: var(--text-small);
  }
`;
