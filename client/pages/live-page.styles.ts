import { css } from 'lit';

/** The frame that every page but the monitor stands in. */
export const pageFrame = css`
  :host {
    min-block-size: 0;
  }
  .frame {
    container-type: inline-size;
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    position: relative;
    block-size: 100%;
    overflow: hidden;
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
  .frame.inside {
    border: none;
    border-radius: 0;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 0 16px;
    padding: 14px 20px 0;
  }
  h3 {
    margin: 0;
    font-size: var(--text-large);
    font-weight: 650;
    letter-spacing: -0.01em;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }
  header p {
    flex: 1 0 100%;
    margin: 0;
    color: var(--ink-3);
    font-size: var(--text-small);
  }
  .scroll {
    overflow-y: auto;
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  .scroll:focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }
  .known {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 20px 32px;
    align-items: start;
    padding: 16px 20px 20px;
    transition: filter 200ms;
  }
  /* A cut of half a second is not worth a change of colour. */
  .known.stale {
    filter: grayscale(1) opacity(0.72);
    transition-delay: 600ms;
  }
  /* The monitor fades what is in it already. */
  .inside .known.stale {
    filter: grayscale(1);
  }
  .note {
    padding: 28px 24px;
    margin: 0 auto;
    max-inline-size: 34em;
    color: var(--ink-2);
    text-align: center;
    text-wrap: balance;
  }
  .known .note {
    padding: 8px 0;
  }
  .note p {
    margin: 0;
  }
  .note p:first-child:not(:only-child) {
    color: var(--ink);
    font-weight: 600;
    margin-block-end: 4px;
  }
  @container (width < 26em) {
    header,
    .known {
      padding-inline: 16px;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .known {
      transition: none;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .waiting {
      animation: appear 200ms 300ms backwards;
    }
    @keyframes appear {
      from {
        opacity: 0;
      }
    }
  }
`;
