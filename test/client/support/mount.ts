import { css, html, type CSSResult, type TemplateResult, render } from 'lit';
import { onTestFinished } from 'vitest';
import { define } from '../../../client/define.ts';
import { partsComeFrom } from '../../../client/parts.ts';
import { elements as alerts } from '../../../client/parts/alerts.ts';
import { elements as calls } from '../../../client/parts/calls.ts';
import { elements as core } from '../../../client/parts/core.ts';
import { elements as desk } from '../../../client/parts/desk.ts';
import { elements as empty } from '../../../client/parts/empty.ts';
import { elements as feedback } from '../../../client/parts/feedback.ts';
import { elements as figures } from '../../../client/parts/figures.ts';
import { elements as help } from '../../../client/parts/help.ts';
import { elements as insights } from '../../../client/parts/insights.ts';
import { elements as search } from '../../../client/parts/search.ts';
import { elements as sources } from '../../../client/parts/sources.ts';
import { tokens } from '../../../client/tokens.ts';

define(core);
define(desk);
define(insights);
define(figures);
define(feedback);
define(search);
define(alerts);
define(sources);
define(empty);
define(help);
define(calls);
bringParts();

const page = css`
  .frame {
    display: grid;
    background: var(--surface);
    color: var(--ink);
    font: var(--text) / 1.5 var(--font);
    color-scheme: light dark;
  }
  .frame.dark {
    color-scheme: dark;
  }
`;

adopt(tokens);
adopt(page);

/** Parts as a page would have them that loads them on demand; elements are registered above. */
export function bringParts(): void {
  const parts = new Map([
    ['desk', { elements: desk }],
    ['sources', { elements: sources }],
    ['empty', { elements: empty }],
    ['help', { elements: help }],
  ]);
  partsComeFrom((name) => {
    const part = parts.get(name);
    return part === undefined ? import('../../../client/parts/chart.ts') : Promise.resolve(part);
  });
}

/** Puts a template on the page in a themed frame, gives its first element when it is drawn, and clears up after the test. */
export async function mount<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  template: TemplateResult,
  theme: 'light' | 'dark' = 'light',
): Promise<HTMLElementTagNameMap[Tag]> {
  const frame = document.createElement('div');
  frame.className = `frame ${theme}`;
  document.body.append(frame);
  onTestFinished(() => frame.remove());
  render(html`${template}`, frame);
  const element = frame.querySelector(tag);
  if (!element) throw new Error(`The template holds no <${tag}>.`);
  await settled(element);
  return element;
}

/** Waits until an element and all that it draws in its shadow have nothing more to update. */
export async function settled(element: Element): Promise<void> {
  for (;;) {
    const done = await Promise.all(updatesIn(element));
    if (done.every(Boolean)) return;
  }
}

/** Waits for the browser to lay out and tell its observers. */
export async function drawn(): Promise<void> {
  for (let frames = 0; frames < 3; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Collects the details of an event. */
export function heard(from: EventTarget, type: keyof EarshotEvents): unknown[] {
  const details: unknown[] = [];
  from.addEventListener(type, (event) => details.push((event as CustomEvent).detail));
  return details;
}

/** All text that an element shows, shadows included, with single spaces. */
export function textOf(node: Node | null | undefined): string {
  return words(node).join('').replace(/\s+/g, ' ').trim();
}

function words(node: Node | null | undefined): string[] {
  if (!node || node instanceof HTMLStyleElement) return [];
  if (node.nodeType === Node.TEXT_NODE) return [node.textContent ?? ''];
  const inside = node instanceof Element && node.shadowRoot ? node.shadowRoot : node;
  return [...inside.childNodes].flatMap(words);
}

function updatesIn(element: Element): Promise<boolean>[] {
  const own = 'updateComplete' in element ? [element.updateComplete as Promise<boolean>] : [];
  const children = element.shadowRoot?.querySelectorAll('*') ?? [];
  return [...own, ...[...children].flatMap(updatesIn)];
}

function adopt({ styleSheet }: CSSResult): void {
  if (styleSheet) document.adoptedStyleSheets.push(styleSheet);
}
