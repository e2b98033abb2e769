import { css } from 'lit';

/** What every page of ours stands in: what a host page says of every element stops here. */
export const frame = css`
  :host {
    display: block;
    min-inline-size: 0;
  }
  :host([hidden]) {
    display: none;
  }
  .frame {
    all: initial;
    color-scheme: light dark;
    box-sizing: border-box;
    font-family: var(--font);
    font-size: var(--text);
    line-height: 1.5;
    color: var(--ink);
    -webkit-font-smoothing: antialiased;
  }
  .frame.light {
    color-scheme: light;
  }
  .frame.dark {
    color-scheme: dark;
  }
  .frame.inside {
    color-scheme: inherit;
  }
`;
