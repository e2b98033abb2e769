import { css } from 'lit';

export const styles = css`
  .frame {
    grid-template-rows: auto minmax(0, 1fr);
  }
  header {
    padding-block-end: 10px;
    border-block-end: 1px solid var(--line);
  }
  .bar {
    display: flex;
    flex: 1 0 100%;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 14px;
    min-block-size: 32px;
    color: var(--ink-2);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  .bar .space {
    flex: 1;
  }
  .bar button {
    min-block-size: 28px;
    padding-block: 2px;
  }
  button[aria-pressed='true'] {
    background: var(--accent-soft);
    border-color: var(--accent);
    color: var(--accent);
  }
  .following {
    color: var(--accent);
    font-weight: 600;
  }
  .following::before {
    content: '⟳ ';
  }
  .scroll,
  .talk {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-block-size: 0;
    overflow: hidden;
  }
  .talk {
    position: relative;
    grid-template-columns: auto minmax(0, 1fr) auto;
    grid-template-rows: auto minmax(0, 1fr);
    background: var(--bg);
    transition: filter 200ms;
  }
  /* A cut of half a second is not worth a change of colour. */
  .talk.stale {
    filter: grayscale(1) opacity(0.72);
    transition-delay: 600ms;
  }
  .inside .talk.stale {
    filter: grayscale(1);
  }
  segment-log,
  .note {
    grid-area: 2 / 2;
  }
  segment-log {
    container-type: size;
    contain-intrinsic-block-size: min(480px, 60dvh);
  }
  .panel {
    grid-row: 1 / -1;
    inline-size: 17em;
    contain: size;
    min-block-size: 0;
    overflow-y: auto;
    background: var(--surface);
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  .panel.calls {
    grid-column: 1;
    border-inline-end: 1px solid var(--line);
  }
  .panel.details {
    grid-column: 3;
    inline-size: 20em;
    border-inline-start: 1px solid var(--line);
  }
  /* Without room beside the words it lies over them. */
  .panel.over {
    position: absolute;
    inset: 0;
    z-index: 1;
    inline-size: auto;
    border: none;
  }
  .trouble {
    grid-area: 1 / 2;
    margin: 0;
    padding: 8px 16px;
    color: var(--ink-2);
    text-align: center;
    font-size: var(--text-small);
  }
  @media (prefers-reduced-motion: reduce) {
    .talk {
      transition: none;
    }
  }
`;
