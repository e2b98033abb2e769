import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-inline-size: 0;
    background: var(--surface);
    border-block-start: 1px solid var(--line);
  }
  writing-field,
  letter-list,
  ask-form,
  confirm-bar,
  erase-words,
  .foot,
  .problem {
    margin: 0;
    padding: 10px 24px 0;
  }
  ask-form,
  confirm-bar,
  erase-words {
    display: block;
  }
  erase-words {
    padding-block: 0 8px;
  }
  .problem {
    color: var(--bad);
    font-size: var(--text-small);
  }
  .problem:empty,
  letter-list.empty {
    padding: 0;
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 0 16px;
    min-block-size: 24px;
    padding-block: 4px 8px;
    color: var(--ink-3);
    font-size: var(--text-small);
  }
  operator-name {
    flex: 1 1 auto;
  }
  @container (width < 44em) {
    writing-field,
    letter-list:not(.empty),
    ask-form,
    confirm-bar,
    erase-words,
    .foot,
    .problem:not(:empty) {
      padding-inline: 16px;
    }
  }
`;
