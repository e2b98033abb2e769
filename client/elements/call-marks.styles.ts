import { css } from 'lit';

/** A call that goes on. */
export const liveMark = css`
  .live {
    color: var(--good);
    font-weight: 600;
  }
  .live::before {
    content: '● ';
    font-size: 0.8em;
  }
`;

/** A category that was found in a call. */
export const categoryMark = css`
  .category {
    color: var(--warn);
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .category::before {
    content: '# ';
  }
`;
