import { html, nothing } from 'lit';
import type { FeedState } from '../controllers/feed-source.ts';

export const brand = html`<span class="brand">
  <svg viewBox="0 0 18 18" aria-hidden="true">
    <path d="M2 8v2M5.5 5v8M9 2v14M12.500 6v6M16 8v2" />
  </svg>
  Earshot
</span>`;

/** What is shown until the server has answered for the first time. */
export function connecting(host: string, state: FeedState) {
  return html`<div class="waiting">
    <p>Connecting to <bdi>${host}</bdi></p>
    ${state.kind === 'offline' ? html`<p>${state.error.message} This page keeps trying.</p>` : nothing}
  </div>`;
}

/** Asks for a key, and says why. */
export function keyForm(why: string, state: FeedState, remembers: boolean, use: (key: string) => void) {
  return html`<key-form
    .problem=${state.kind === 'offline' ? state.error.message : why}
    .remembers=${remembers}
    .busy=${state.kind === 'connecting'}
    @key-submit=${(event: CustomEvent<string>) => use(event.detail)}
  ></key-form>`;
}
