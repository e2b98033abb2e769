import { css } from 'lit';

export const styles = css`
  :host {
    --target: max(44px, 2.6em);
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 12px;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 12px;
  }
  p {
    margin: 0;
  }
  #question {
    padding-block: 6px;
  }
  .options {
    display: flex;
    flex-wrap: wrap;
  }
  .thumbs {
    gap: 4px;
  }
  .option {
    position: relative;
    display: grid;
    place-items: center;
    inline-size: var(--target);
    block-size: var(--target);
    border-radius: var(--radius-small);
    color: var(--ink-3);
  }
  .option:hover {
    color: var(--accent);
  }
  .option input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .option:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: -3px;
  }
  svg {
    inline-size: 1.65em;
    block-size: 1.65em;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.6;
    stroke-linejoin: round;
    pointer-events: none;
  }
  .option.full {
    color: var(--accent);
  }
  .full svg {
    fill: currentcolor;
  }
  .thumbs .full {
    background: var(--accent-soft);
  }
  .thumbs .full svg {
    stroke: var(--accent-soft);
    stroke-width: 1.2;
  }
  /* A star is never alone: those before it come along. */
  .stars .option:has(~ .option:hover) {
    color: var(--accent);
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
    flex: 1 0 100%;
    min-inline-size: 0;
    margin-block-start: 6px;
    padding-block: 12px 8px;
    border-block-start: 1px solid var(--line);
  }
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: none;
  }
  legend {
    padding: 0;
    margin-block-end: 6px;
    font-weight: 600;
  }
  .flag {
    display: flex;
    align-items: center;
    gap: 8px;
    box-sizing: border-box;
    min-block-size: 44px;
    padding-inline: 12px 14px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    cursor: pointer;
  }
  .flag:hover {
    border-color: var(--ink-3);
  }
  .flag:has(:checked) {
    border-color: var(--accent);
    background: var(--accent-soft);
  }
  .flag:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .flag input {
    inline-size: 1.15em;
    block-size: 1.15em;
    margin: 0;
    outline: none;
    accent-color: var(--accent);
    cursor: pointer;
  }
  .field {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: baseline;
    gap: 4px 12px;
  }
  .field > label {
    font-weight: 600;
    font-size: var(--text-small);
  }
  .count {
    color: var(--ink-3);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  .count.over,
  .problem {
    color: var(--bad);
  }
  .problem {
    grid-column: 1 / -1;
    font-size: var(--text-small);
  }
  .problem:empty {
    display: none;
  }
  select,
  textarea {
    grid-column: 1 / -1;
    box-sizing: border-box;
    inline-size: 100%;
    min-block-size: 44px;
    padding: 8px 12px;
    font: inherit;
    color: inherit;
    background: var(--surface);
    border: 1px solid var(--ink-3);
    border-radius: var(--radius-small);
  }
  textarea {
    resize: vertical;
    overflow-wrap: anywhere;
  }
  textarea[aria-invalid='true'] {
    border-color: var(--bad);
  }
  .steps {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  button {
    min-block-size: 44px;
    padding-inline: 18px;
  }
  button.again {
    padding-inline: 0;
  }
  @media (prefers-reduced-motion: no-preference) {
    .option svg {
      transition: transform 120ms ease-out;
    }
    .option:active svg {
      transform: scale(0.86);
    }
    form {
      animation: arrive 160ms ease-out;
    }
    @keyframes arrive {
      from {
        opacity: 0;
        transform: translateY(8px);
      }
    }
  }
  @media (forced-colors: active) {
    .full {
      color: Highlight;
    }
  }
`;
