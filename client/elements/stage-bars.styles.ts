import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  figure {
    margin: 0;
    position: relative;
  }
  .rows {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: 6px 12px;
    align-items: center;
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  .row {
    display: contents;
  }
  .when {
    color: var(--ink-3);
    line-height: 1.3;
  }
  .how {
    font-weight: 600;
    text-align: end;
    white-space: nowrap;
    line-height: 1.3;
  }
  .outcome {
    display: block;
    font-weight: 500;
    font-size: var(--text-tiny);
    color: var(--warn);
  }
  .outcome.FAILED {
    color: var(--bad);
  }
  .outcome.FAILED::before {
    content: '▲ ';
    font-size: 0.8em;
  }
  .bar {
    position: relative;
    block-size: 12px;
    min-inline-size: 3px;
  }
  .stretch {
    position: absolute;
    min-inline-size: 2px;
    box-sizing: border-box;
    border-radius: 2px;
    border-inline-end: 1px solid var(--surface);
  }
  .unmeasured {
    background: repeating-linear-gradient(
      -45deg,
      var(--ink-3) 0 1.5px,
      color-mix(in srgb, var(--ink-3) 12%, transparent) 1.5px 5px
    );
  }
  ul {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 14px;
    list-style: none;
    margin: 0 0 10px;
    padding: 0;
    color: var(--ink-2);
    font-size: var(--text-tiny);
  }
  li {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .swatch {
    inline-size: 10px;
    block-size: 10px;
    border-radius: 2px;
    flex: none;
  }
  @container (width < 24em) {
    .rows {
      gap: 6px 8px;
    }
  }
  @media (forced-colors: active) {
    .stretch,
    .swatch {
      forced-color-adjust: none;
    }
  }
`;
