import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template: auto auto minmax(9em, 1fr) auto auto / minmax(0, 1fr) auto;
    min-block-size: 0;
    min-inline-size: 0;
    overflow-y: auto;
  }
  conversation-head,
  .trouble {
    grid-column: 1 / -1;
  }
  message-log {
    grid-area: 3 / 1;
  }
  live-transcript {
    grid-area: 3 / 1;
  }
  /* What was written during a call stands below its words. */
  live-transcript + message-log {
    grid-area: 4 / 1;
    block-size: 11em;
    border-block-start: 1px solid var(--line);
  }
  message-log[hidden] {
    display: none;
  }
  reply-desk,
  .missing {
    grid-area: 5 / 1;
  }
  .panel {
    grid-area: 3 / 2 / span 3;
    inline-size: 23em;
    min-block-size: 0;
    border-inline-start: 1px solid var(--line);
  }
  div.panel {
    overflow-y: auto;
    background: var(--surface);
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  /* Without room beside the messages it lies over them. */
  .panel.over {
    grid-column: 1 / -1;
    z-index: 1;
    inline-size: auto;
    border: none;
  }
  .trouble {
    margin: 0;
    padding: 16px 24px;
    color: var(--ink-2);
    text-align: center;
  }
`;
