import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    min-block-size: 0;
  }
  .scroll {
    position: relative;
    block-size: 100%;
    overflow-y: auto;
    overflow-anchor: none;
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  .scroll:focus-visible {
    outline-offset: -2px;
  }
  .column {
    box-sizing: border-box;
    max-inline-size: 72em;
    margin-inline: auto;
    padding: 12px 24px 20px;
    min-block-size: 100%;
  }
  .day,
  .note {
    margin: 12px 0;
    display: flex;
    justify-content: center;
    color: var(--ink-3);
    font-size: var(--text-small);
  }
  .day {
    align-items: center;
    gap: 12px;
  }
  .day::before,
  .day::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid var(--line);
  }
  .waiting {
    margin: 12px 0 0;
    text-align: end;
    color: var(--ink-3);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  .pill {
    position: absolute;
    inset-block-end: 16px;
    inset-inline: 0;
    margin-inline: auto;
    inline-size: fit-content;
    border-radius: 99px;
    padding-inline: 16px;
    font-variant-numeric: tabular-nums;
    box-shadow: 0 2px 8px rgb(0 0 0 / 0.18);
  }
  .pill::after {
    content: ' ↓';
  }
  @container (width < 44em) {
    .column {
      padding-inline: 16px;
    }
  }
`;
