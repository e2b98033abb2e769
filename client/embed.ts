import { define } from './define.ts';
import { ConnectedPage } from './pages/connected-page.ts';
import { LiveMonitor } from './pages/live-monitor.ts';
import { standIn } from './pages/stand-in.ts';
import { elements } from './parts/core.ts';
import { partsComeFrom } from './parts.ts';
import * as shared from './shared.ts';

const PATH = '/embed/live-monitor.js';

/** A part as it is built takes what it shares with this script; as a source it has that already. */
interface Part {
  default?(from: typeof shared): unknown;
}

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
const base = address?.pathname.slice(0, -PATH.length) ?? '';
if (address) {
  const endpoint = new URL(`${base}/graphql`, address).href;
  LiveMonitor.defaultEndpoint = endpoint;
  ConnectedPage.defaultEndpoint = endpoint;
}
partsComeFrom(async (name, attempt) => {
  const url = new URL(`${base}/embed/${name}.js`, address ?? document.baseURI);
  // A browser may remember under its address that a module could not be had.
  if (attempt > 1) url.search = `?attempt=${attempt}`;
  const part: Part = await import(/* @vite-ignore */ url.href);
  return part.default?.(shared) ?? part;
});
define({
  ...elements,
  'live-insights': standIn('live-insights', 'insights', { user: {} }),
  'live-costs': standIn('live-costs', 'figures', { session: {} }),
  'live-metrics': standIn('live-metrics', 'figures', { session: {} }),
  'live-stats': standIn('live-stats', 'figures'),
  'live-transcript': standIn('live-transcript', 'calls', { call: {} }),
  'live-transcript-wall': standIn('live-transcript-wall', 'calls', { calls: { type: Number } }),
  'live-search': standIn('live-search', 'search'),
  'live-alerts': standIn('live-alerts', 'alerts'),
  'live-feedback': standIn('live-feedback', 'feedback', {
    conversation: {},
    message: {},
    turn: {},
    feedbackId: { attribute: 'feedback-id' },
    type: {},
    categories: {},
  }),
});
