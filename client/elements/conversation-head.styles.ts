import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    background: var(--surface);
    border-block-end: 1px solid var(--line);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
    padding: 12px 24px;
  }
  .who {
    flex: 1 1 0;
    min-inline-size: min(70%, 9em);
  }
  h3 {
    margin: 0;
    font-size: var(--text-large);
    font-weight: 650;
    letter-spacing: -0.01em;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }
  p {
    margin: 0;
    color: var(--ink-3);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .place {
    text-transform: capitalize;
  }
  .ACTIVE {
    color: var(--good);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .panel[aria-expanded='true'] {
    color: var(--accent);
    background: var(--accent-soft);
    border-color: var(--accent);
  }
  .back {
    display: none;
    padding: 0;
    min-inline-size: 32px;
    margin-inline-start: -8px;
  }
  svg {
    inline-size: 1.3em;
    block-size: 1.3em;
    vertical-align: middle;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  :dir(rtl) > svg {
    transform: scaleX(-1);
  }
  .strip {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0 12px;
    padding: 4px 24px;
    background: var(--accent-soft);
    color: var(--accent);
  }
  .strip button {
    min-block-size: 26px;
    padding-block: 0;
    margin-inline-end: -6px;
  }
  .strip.problem {
    background: var(--bad-soft);
    color: var(--bad);
    padding-block: 8px;
  }
  @container (width < 44em) {
    .head {
      padding: 8px 16px;
    }
    .strip {
      padding-inline: 16px;
    }
    .back {
      display: block;
    }
    /* Here the list is a page of its own, and nothing is opened but by hand. */
    .follow,
    .following {
      display: none;
    }
  }
`;
