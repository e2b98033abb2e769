import { css } from 'lit';

/** A field to write in, of one line or of several. */
export const field = css`
  input,
  textarea {
    box-sizing: border-box;
    min-inline-size: 0;
    min-block-size: 32px;
    padding: 5px 10px;
    font: inherit;
    font-weight: 400;
    color: inherit;
    background: var(--surface);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
  }
  textarea {
    display: block;
    resize: none;
    field-sizing: content;
    max-block-size: 9em;
    overflow-y: auto;
    overflow-wrap: anywhere;
  }
  input::placeholder,
  textarea::placeholder {
    color: var(--ink-3);
    opacity: 1;
  }
  textarea:read-only {
    background: var(--surface-2);
    color: var(--ink-2);
  }
`;
