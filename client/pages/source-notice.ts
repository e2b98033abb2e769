import { ContextConsumer } from '@lit/context';
import { css, html, LitElement, nothing } from 'lit';
import { SourcesDocument, type SourcesSubscription } from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { connectionContext } from '../contexts.ts';
import { StateController } from '../controllers/state.ts';

type Source = SourcesSubscription['sources'][number];

/** Says which systems that calls are read from are away, and why; nothing while none is. */
export class SourceNotice extends LitElement {
  static override styles = css`
    :host {
      color: var(--warn);
      font-size: var(--text-small);
      font-weight: 600;
      overflow-wrap: anywhere;
    }
  `;

  static override properties = { sources: { state: true } };

  declare private sources: readonly Source[];

  #connection = new ContextConsumer(this, { context: connectionContext, subscribe: true });

  constructor() {
    super();
    this.sources = [];
    new StateController<[Connection], SourcesSubscription>(this, {
      args: () => (this.#connection.value ? [this.#connection.value] : null),
      onStart: () => (this.sources = []),
      subscribe: (sink, connection) => connection.subscribe(SourcesDocument, {}, sink),
      onData: ({ sources }) => (this.sources = sources),
      // The page around it asks for another key.
      denied: () => undefined,
    });
  }

  override render() {
    const away = this.sources.filter(({ status }) => status === 'WAITING');
    return html`<span role="status"
      >${
        away.length === 0
          ? nothing
          : `Calls are not read now: ${away.map(({ name, reason }) => `${name} (${reason ?? ''})`).join(', ')}`
      }</span
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'source-notice': SourceNotice;
  }
}
