import { html } from 'lit';
import { counted } from './figures.ts';

/** More than a screen or two is shown on demand: laying out a megabyte of text would stop the page. */
const SHORT = 4_000;

/** The beginning of a text that is too long to be shown at once; null where it is not. */
export const beginningOf = (text: string): string | null =>
  text.length > SHORT ? `${text.slice(0, SHORT)}…` : null;

/** The button under the beginning of a text. */
export const showAll = (text: string, act: () => void) =>
  html`<button class="plain" @click=${act}>Show all ${counted(text.length, 'character')}</button>`;
