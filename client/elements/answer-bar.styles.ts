import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
    padding: 8px 24px;
    padding-inline-start: 21px;
    min-block-size: 32px;
    border-inline-start: 3px solid transparent;
  }
  .bar.PENDING {
    background: var(--warn-soft);
    border-color: var(--warn);
  }
  .bar.HUMAN {
    background: var(--human);
    border-color: var(--human-ink);
  }
  p {
    flex: 1 1 12em;
    margin: 0;
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
    color: var(--ink-2);
  }
  .HUMAN p {
    color: var(--human-ink);
  }
  b {
    font-weight: 650;
    color: var(--ink);
  }
  b::before {
    content: '';
    display: inline-block;
    box-sizing: border-box;
    inline-size: 8px;
    block-size: 8px;
    margin-inline-end: 8px;
    border: 2px solid var(--ink-3);
    border-radius: 50%;
  }
  .PENDING p,
  .PENDING b {
    color: var(--warn);
  }
  .PENDING b::before {
    border: none;
    border-radius: 0;
    background: currentColor;
    clip-path: polygon(50% 0, 100% 100%, 0 100%);
  }
  .HUMAN b {
    color: var(--human-ink);
  }
  .HUMAN b::before {
    border: none;
    background: currentColor;
  }
  .CLOSED b::before {
    border-radius: 1px;
  }
  .priority {
    margin-inline-start: 8px;
    font-weight: 650;
  }
  q {
    display: block;
    unicode-bidi: isolate;
    color: var(--ink-2);
    max-block-size: 4.5em;
    overflow-y: auto;
  }
  .HUMAN q {
    color: var(--human-ink);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  button[aria-disabled='true'] {
    opacity: 0.6;
    cursor: default;
  }
  @media (prefers-reduced-motion: no-preference) {
    .PENDING b::before {
      animation: asked 600ms ease-out;
    }
    @keyframes asked {
      50% {
        transform: scale(1.8);
      }
    }
  }
  @container (width < 44em) {
    .bar {
      padding-inline: 13px 16px;
    }
  }
`;
