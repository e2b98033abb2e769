import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    min-inline-size: 0;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 4px 12px;
    margin-block-end: 6px;
  }
  ul {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
    list-style: none;
    margin: 0;
    padding: 0;
    color: var(--ink-2);
    font-size: var(--text-tiny);
    font-variant-numeric: tabular-nums;
  }
  li {
    display: flex;
    align-items: center;
    gap: 6px;
    max-inline-size: 100%;
    overflow-wrap: anywhere;
  }
  .moment {
    color: var(--ink-3);
  }
  b {
    color: var(--ink);
    font-weight: 600;
  }
  .swatch {
    inline-size: 10px;
    block-size: 10px;
    border-radius: 2px;
    flex: none;
  }
  .lines .swatch {
    inline-size: 16px;
    block-size: 0;
    border-radius: 0;
  }
  button.plain {
    min-block-size: 24px;
    padding-block: 0;
    margin-inline-start: auto;
    font-size: var(--text-tiny);
  }
  /* Time runs from left to right here, also on a page that reads the other way. */
  .chart {
    direction: ltr;
    position: relative;
    block-size: 168px;
    overflow: hidden;
  }
  .chart[hidden] {
    display: none;
  }
  .trouble,
  .waiting {
    display: grid;
    place-content: center;
    justify-items: center;
    block-size: 100%;
    margin: 0;
    color: var(--ink-3);
    font-size: var(--text-small);
    text-align: center;
  }
  /* Its colour is that of the text on the canvas: a change of theme ends in an event that everything can be drawn on. */
  .probe {
    position: absolute;
    color: var(--ink-3);
    transition: color 1ms;
  }
  .table {
    max-block-size: 260px;
    overflow: auto;
    scrollbar-width: thin;
  }
  table {
    border-collapse: collapse;
    inline-size: 100%;
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  caption {
    text-align: start;
    color: var(--ink-3);
  }
  th,
  td {
    padding: 3px 0 3px 12px;
    text-align: end;
    font-weight: 400;
    border-block-end: 1px solid var(--line);
  }
  th:first-child {
    text-align: start;
    padding-inline: 0;
    white-space: nowrap;
  }
  thead th {
    color: var(--ink-3);
    overflow-wrap: anywhere;
  }
  /* What the library needs of its own style sheet. */
  .uplot,
  .uplot * {
    box-sizing: border-box;
  }
  .u-wrap {
    position: relative;
    user-select: none;
  }
  .u-over,
  .u-under,
  .u-axis,
  .u-cursor-x,
  .u-cursor-y,
  .u-cursor-pt {
    position: absolute;
  }
  .u-under {
    overflow: hidden;
  }
  .uplot canvas {
    display: block;
    position: relative;
    inline-size: 100%;
    block-size: 100%;
  }
  .u-cursor-x,
  .u-cursor-y,
  .u-cursor-pt {
    inset-block-start: 0;
    left: 0;
    pointer-events: none;
  }
  .u-cursor-x {
    block-size: 100%;
    border-right: 1px solid var(--line-strong);
  }
  .u-cursor-pt {
    border-radius: 50%;
    border: 0 solid;
    background-clip: padding-box !important;
  }
  .u-off,
  .u-select,
  .u-cursor-y {
    display: none;
  }
`;
