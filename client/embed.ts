import { defineElements } from './define.ts';
import { LiveInsights } from './pages/live-insights.ts';
import { LiveMonitor } from './pages/live-monitor.ts';

const PATH = '/embed/live-monitor.js';

/** A classic script knows itself; a module has to look for the element that brought it. */
function ownAddress(): URL | undefined {
  const running = document.currentScript;
  if (running instanceof HTMLScriptElement && running.src) return new URL(running.src);
  return Array.from(document.scripts, ({ src }) => src)
    .filter((src) => URL.canParse(src))
    .map((src) => new URL(src))
    .find(({ pathname }) => pathname.endsWith(PATH));
}

const address = ownAddress();
if (address) {
  const base = address.pathname.slice(0, -PATH.length);
  const endpoint = new URL(`${base}/graphql`, address).href;
  LiveMonitor.defaultEndpoint = endpoint;
  LiveInsights.defaultEndpoint = endpoint;
}
defineElements();
