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
  .foot,
  .problem {
    margin: 0;
    padding: 10px 24px 0;
  }
  ask-form,
  confirm-bar {
    display: block;
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
    align-items: center;
    justify-content: space-between;
    gap: 0 16px;
    padding-block: 2px 4px;
    color: var(--ink-3);
    font-size: var(--text-small);
  }
  operator-name {
    flex: 1 1 auto;
  }
  /* What its button says lines up with the field above, and not with the edge of the button. */
  confirm-bar {
    margin-inline-start: -6px;
  }
  erase-words {
    margin-inline-end: -6px;
  }
  @container (width < 44em) {
    writing-field,
    letter-list:not(.empty),
    ask-form,
    confirm-bar,
    .foot,
    .problem:not(:empty) {
      padding-inline: 16px;
    }
  }
`;
