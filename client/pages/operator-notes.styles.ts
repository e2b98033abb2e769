import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-block-size: 0;
    background: var(--surface);
  }
  section {
    display: flex;
    flex-direction: column;
    gap: 8px;
    box-sizing: border-box;
    block-size: 100%;
    padding: 16px;
  }
  h4 {
    margin: 0;
    font-size: var(--text);
    font-weight: 650;
  }
  p {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .small {
    color: var(--ink-3);
    font-size: var(--text-small);
  }
  .notes {
    flex: 1;
    min-block-size: 4em;
    overflow-y: auto;
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  /* Paper, not speech: square, yellowish, of the whole width. */
  article {
    margin-block-end: 8px;
    padding: 8px 12px;
    border-inline-start: 3px solid var(--warn);
    background: var(--warn-soft);
    color: var(--ink);
  }
  article .small {
    color: var(--ink-2);
  }
  .text {
    white-space: pre-wrap;
    unicode-bidi: isolate;
  }
  .problem {
    color: var(--bad);
    font-size: var(--text-small);
  }
  .problem:empty {
    display: none;
  }
`;
