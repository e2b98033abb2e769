import { css } from 'lit';

export const styles = css`
  .frame {
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
  }
  .ask {
    display: grid;
    gap: 10px;
    padding: 14px 20px;
    border-block-end: 1px solid var(--line);
    max-block-size: 60cqb;
    overflow-y: auto;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .row form {
    display: flex;
    flex: 1 1 16em;
    gap: 8px;
    min-inline-size: 0;
  }
  .row input[type='search'] {
    flex: 1;
  }
  select {
    box-sizing: border-box;
    min-block-size: 32px;
    max-inline-size: 100%;
    padding: 5px 6px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    font-size: var(--text-small);
  }
  label {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-inline-size: 0;
    color: var(--ink-2);
    font-size: var(--text-small);
  }
  summary {
    color: var(--ink-2);
    font-size: var(--text-small);
    cursor: pointer;
  }
  details[open] summary {
    margin-block-end: 8px;
  }
  .said {
    margin: 0;
    color: var(--ink-2);
    font-size: var(--text-small);
  }
  .said.bad {
    color: var(--bad);
  }
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .scroll.old ol {
    opacity: 0.6;
  }
  .more {
    padding: 12px 20px;
    text-align: center;
  }
  .note code {
    font-family: var(--mono);
    font-size: 0.93em;
    white-space: nowrap;
  }
  .note ul {
    display: inline-block;
    margin: 8px 0 0;
    padding-inline-start: 1.2em;
    text-align: start;
  }
  @container (width < 26em) {
    .ask {
      padding-inline: 16px;
    }
  }
`;
