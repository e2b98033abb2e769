import { css } from 'lit';

/**
 * Every colour, size and radius of the monitor. The public name is `--earshot-…`, set by a host page on the element
 * or on any of its ancestors; the short name is what our own styles read. Colours know both schemes, so that a
 * change of `color-scheme` is all that a theme needs.
 */
export const tokens = css`
  .frame {
    --bg: var(--earshot-bg, light-dark(#f6f7f8, #0e1318));
    --surface: var(--earshot-surface, light-dark(#ffffff, #151c23));
    --surface-2: var(--earshot-surface-2, light-dark(#f0f2f4, #1c252e));
    --line: var(--earshot-line, light-dark(#e3e7eb, #25303a));
    --line-strong: var(--earshot-line-strong, light-dark(#cbd2d9, #3b4a57));
    --ink: var(--earshot-ink, light-dark(#15202b, #e7edf2));
    --ink-2: var(--earshot-ink-2, light-dark(#465461, #b0bcc7));
    --ink-3: var(--earshot-ink-3, light-dark(#5d6975, #92a1ae));
    --accent: var(--earshot-accent, light-dark(#0b6e66, #4fd1c0));
    --accent-soft: var(--earshot-accent-soft, light-dark(#e4f3f1, #12302d));
    --on-accent: var(--earshot-on-accent, light-dark(#ffffff, #06231f));

    --user: var(--earshot-user, light-dark(#e2f3e8, #163425));
    --user-ink: var(--earshot-user-ink, light-dark(#12331f, #d6f3e1));
    --bot: var(--earshot-bot, light-dark(#e9ecf0, #212b35));
    --bot-ink: var(--earshot-bot-ink, light-dark(#1b2733, #e3eaf0));
    --human: var(--earshot-human, light-dark(#e6e9fd, #272c55));
    --human-ink: var(--earshot-human-ink, light-dark(#232a5c, #e0e4ff));

    --good: var(--earshot-good, light-dark(#1c7a43, #6fd39b));
    --warn: var(--earshot-warn, light-dark(#8a5000, #f0b45a));
    --warn-soft: var(--earshot-warn-soft, light-dark(#fff3dc, #35270f));
    --bad: var(--earshot-bad, light-dark(#b4232f, #ff8b91));
    --bad-soft: var(--earshot-bad-soft, light-dark(#fdeaea, #3a1a1d));

    --font: var(
      --earshot-font,
      ui-sans-serif,
      system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Helvetica Neue',
      Arial,
      sans-serif
    );
    --mono: var(--earshot-mono, ui-monospace, SFMono-Regular, Menlo, Consolas, monospace);
    --text: var(--earshot-font-size, 14px);
    --text-large: calc(var(--text) * 1.143);
    --text-small: calc(var(--text) * 0.893);
    --text-tiny: calc(var(--text) * 0.822);
    --radius: var(--earshot-radius, 10px);
    --radius-small: var(--earshot-radius-small, 6px);
  }
`;

/** For text that only a screen reader needs. */
export const visuallyHidden = css`
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** The one button of the monitor, in a quiet and a leading form. */
export const button = css`
  button {
    font: inherit;
    font-size: var(--text-small);
    font-weight: 600;
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    padding: 5px 12px;
    min-block-size: 32px;
    cursor: pointer;
  }
  button:hover:not(:disabled) {
    border-color: var(--ink-3);
  }
  button:disabled {
    cursor: default;
    color: var(--ink-3);
  }
  button.leading {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  button.plain {
    border-color: transparent;
    background: none;
    color: var(--accent);
    padding-inline: 6px;
  }
  button.plain:hover:not(:disabled) {
    border-color: transparent;
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
`;
