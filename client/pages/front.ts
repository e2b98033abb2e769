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
