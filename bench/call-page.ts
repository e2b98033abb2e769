import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../test/support/chromium.ts';
import { API_KEY } from './contestant.ts';

/** Before the moment at which a text was sent, in ms since 1970; nowhere else in a text. */
export const STAMP = '~';

export type CallPage = AsyncDisposable & {
  /** Puts a transcript on the page; resolves with how long it took until a text of it could be seen, in ms. */
  open(call: string, text: string): Promise<number>;
  /** From sending to having been drawn, in ms, for every text that came since the last question. */
  delays(): Promise<number[]>;
};

/** A page of somebody else's in a real browser, with transcripts of an Earshot on that port. */
export async function openCallPage(port: number): Promise<CallPage> {
  const script = `http://127.0.0.1:${port}/embed/live-monitor.js`;
  const host = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>Host</title><script src="${script}"></script>`);
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  const browser = await chromium.launch({ ...(await findChromium()), headless: true });
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
  await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}`);
  // The loader of TypeScript names functions by one of its own, which a page does not have.
  await page.evaluate('globalThis.__name = (it) => it');
  await watchTexts(page);
  return {
    open: (call, text) =>
      page.evaluate(
        async ([call, key, text]) => {
          for (const old of document.querySelectorAll('live-transcript')) old.remove();
          const began = performance.now();
          const element = document.createElement('live-transcript');
          Object.assign(element, { call, token: key });
          document.body.append(element);
          while (!globalThis.textsOnPage().some((shown) => shown.includes(text))) await globalThis.drawn();
          return performance.now() - began;
        },
        [call, API_KEY, text] as const,
      ),
    delays: () => page.evaluate(() => globalThis.delays.splice(0)),
    async [Symbol.asyncDispose]() {
      await browser.close();
      host.closeAllConnections();
      host.close();
    },
  };
}

declare global {
  var textsOnPage: () => string[];
  /** Resolves behind the next drawn frame. */
  var drawn: () => Promise<void>;
  var delays: number[];
}

/** After each drawn frame, looks which stamped texts are there that were not before. */
async function watchTexts(page: Page): Promise<void> {
  await page.evaluate((stamp) => {
    const inside = (root: ParentNode, tag: string): Element[] => [
      ...root.querySelectorAll(tag),
      ...[...root.querySelectorAll('*')].flatMap((each) =>
        each.shadowRoot ? inside(each.shadowRoot, tag) : [],
      ),
    ];
    let log: Element | undefined;
    globalThis.textsOnPage = () => {
      if (!log?.isConnected) [log] = inside(document, 'segment-log');
      const bubbles = [...(log?.shadowRoot?.querySelectorAll('segment-bubble') ?? [])].slice(-8);
      return bubbles.map((each) => each.shadowRoot?.querySelector('.text')?.textContent ?? '');
    };
    globalThis.drawn = () =>
      new Promise((resolve) =>
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', () => resolve());
          port1.start();
          port2.postMessage(null);
        }),
      );
    globalThis.delays = [];
    let seen = new Set<string>();
    const look = async (): Promise<void> => {
      for (;;) {
        await globalThis.drawn();
        const now = performance.timeOrigin + performance.now();
        const stamps = globalThis.textsOnPage().flatMap((text) => text.split(stamp)[1] ?? []);
        for (const sent of stamps) if (!seen.has(sent)) globalThis.delays.push(now - Number(sent));
        seen = new Set(stamps);
      }
    };
    void look();
  }, STAMP);
}
