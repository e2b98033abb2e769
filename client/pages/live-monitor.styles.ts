import { css } from 'lit';

export const styles = css`
  :host {
    block-size: var(--earshot-block-size, min(720px, 100dvh));
  }
  .frame {
    container-type: inline-size;
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    block-size: 100%;
    overflow: hidden;
    background: var(--bg);
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 16px;
    padding: 10px 20px;
    min-block-size: 32px;
    background: var(--surface);
    border-block-end: 1px solid var(--line);
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 8px;
    font-weight: 650;
    letter-spacing: -0.01em;
  }
  .brand svg {
    inline-size: 1.3em;
    block-size: 1.3em;
    fill: none;
    stroke: var(--accent);
    stroke-width: 2;
    stroke-linecap: round;
  }
  .project {
    color: var(--ink-2);
    border-inline-start: 1px solid var(--line);
    padding-inline-start: 16px;
    overflow-wrap: anywhere;
  }
  connection-state {
    margin-inline-start: auto;
  }
  /* A click anywhere inside brings the keyboard here, and with it the shortcuts. */
  .frame:focus {
    outline: none;
  }
  .waiting {
    display: grid;
    place-content: center;
    padding: 24px 16px;
    color: var(--ink-2);
    text-align: center;
  }
  .waiting p {
    margin: 0;
  }
  .places,
  .place {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-block-size: 0;
  }
  .place[hidden] {
    display: none;
  }
  .panels {
    display: grid;
    grid-template: minmax(0, 1fr) / 25em minmax(0, 1fr);
    min-block-size: 0;
  }
  .figures {
    overflow-y: auto;
    background: var(--surface);
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  .places {
    transition: filter 200ms;
  }
  /* A cut of half a second is not worth a change of colour. */
  .places.stale {
    filter: grayscale(1) opacity(0.72);
    transition-delay: 600ms;
  }
  conversation-list {
    border-inline-end: 1px solid var(--line);
  }
  @container (width < 68em) {
    .panels {
      grid-template-columns: 20.5em minmax(0, 1fr);
    }
  }
  @container (width < 44em) {
    header {
      padding-inline: 16px;
    }
    place-bar {
      order: 1;
      flex: 1 0 100%;
      min-inline-size: 0;
    }
    .panels {
      grid-template-columns: minmax(0, 1fr);
    }
    .panels.list > open-conversation,
    .panels.talk > conversation-list {
      display: none;
    }
    conversation-list {
      border: none;
    }
  }
  @container (width < 26em) {
    .project {
      display: none;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .places {
      transition: none;
    }
  }
`;
