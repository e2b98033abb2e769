import { css } from 'lit';

export const styles = css`
  .known section {
    display: grid;
    gap: 8px;
    min-inline-size: 0;
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
  }
  .title h4 {
    margin: 0;
    font-size: var(--text);
    font-weight: 650;
  }
  .quiet {
    margin: 0;
    color: var(--ink-2);
  }
  .problem {
    margin: 0;
    color: var(--bad);
    overflow-wrap: anywhere;
  }
  .problem:empty {
    display: none;
  }
  ul {
    display: grid;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .rules li > div:last-child {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
  }
  .rules li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 12px;
    padding-block: 8px;
    border-block-end: 1px solid var(--line);
  }
  .alerts {
    gap: 8px;
  }
  .words {
    flex: 1 1 14em;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .words p {
    margin: 0;
    font-size: var(--text-small);
    color: var(--ink-2);
  }
  .off {
    color: var(--ink-3);
  }
`;
