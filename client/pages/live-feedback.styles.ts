import { css } from 'lit';

export const styles = css`
  :host {
    max-inline-size: 36em;
  }
  .frame {
    display: block;
    padding: 4px 16px;
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    overflow-wrap: anywhere;
  }
  .frame.inside {
    padding: 0;
    background: none;
    border: none;
    border-radius: 0;
  }
  .outcome {
    display: flex;
    align-items: center;
    min-inline-size: 0;
    color: var(--ink-2);
    font-size: var(--text-small);
  }
  p {
    margin: 0;
  }
  .outcome p:not(:empty) {
    padding-block: 6px;
    margin-inline-end: 12px;
  }
  .stored {
    color: var(--good);
    font-weight: 600;
  }
  .stored::before {
    content: '✓ ' / '';
  }
  .waiting::before,
  [role='alert']:not(:empty)::before {
    content: '▲ ' / '';
    font-size: 0.8em;
  }
  .waiting {
    color: var(--warn);
  }
  [role='alert'] {
    color: var(--bad);
  }
  button.plain {
    flex: none;
    min-block-size: 44px;
    padding-inline: 0;
  }
  @media (prefers-reduced-motion: no-preference) {
    .sending {
      animation: appear 200ms 300ms backwards;
    }
    @keyframes appear {
      from {
        opacity: 0;
      }
    }
  }
`;
