import { css } from 'lit';

export const styles = css`
  .sound {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }
  @container (width >= 52em) {
    .known {
      grid-template-columns: minmax(0, 1fr) 22em;
    }
    .sound {
      grid-area: 1 / 2 / span 2;
    }
  }
`;
