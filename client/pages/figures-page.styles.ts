import { css } from 'lit';

export const styles = css`
  .figures,
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 24px 32px;
  }
  section {
    min-inline-size: 0;
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 12px;
    margin-block-end: 10px;
  }
  h4 {
    margin: 0;
    font-size: var(--text-small);
    font-weight: 650;
    color: var(--ink-2);
  }
  ul {
    display: grid;
    gap: 8px;
    padding: 0;
    margin: 0;
    list-style: none;
  }
  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 6px;
    min-inline-size: 0;
  }
  .quiet {
    margin: 0;
    color: var(--ink-3);
    font-size: var(--text-small);
  }
  .trouble {
    margin: 0 0 8px;
    color: var(--bad);
    font-size: var(--text-small);
  }
  .empty {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    justify-items: center;
    gap: 16px;
    padding: 20px 20px 24px;
  }
  .empty .note {
    padding: 0;
  }
  sample-command {
    inline-size: min(100%, 40em);
  }
  @container (width >= 52em) {
    .figures {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
    .wide {
      grid-column: 1 / -1;
    }
  }
`;
