import { ContextConsumer } from '@lit/context';
import { css, html, LitElement, type PropertyValues } from 'lit';
import type { createConnection } from '../connection.ts';
import { connectionContext } from '../contexts.ts';
import { define, type Elements } from '../define.ts';
import { loadPart } from '../parts.ts';
import { button, tokens } from '../tokens.ts';
import { pageFrame } from './live-page.styles.ts';

/** What a page element is told by its host, and a stand-in passes on. */
const TOLD = ['user', 'session', 'endpoint', 'token', 'theme', 'connect'] as const;

/**
 * Stands on a page under the name of an element whose script is not here yet, fetches the script, and holds the
 * element from then on. An element that is defined later would do as well, but then nobody would notice that one is
 * wanted inside the shadow root of a host.
 */
abstract class StandIn extends LitElement {
  static override styles = [
    tokens,
    button,
    pageFrame,
    css`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
      }
      .frame {
        display: block;
      }
    `,
  ];
  static override properties = {
    user: {},
    session: {},
    endpoint: {},
    token: {},
    theme: {},
    connect: { attribute: false },
    failed: { state: true },
    page: { state: true },
  };

  declare user: string | null;
  declare session: string | null;
  declare endpoint: string | null;
  declare token: string | null;
  declare theme: string;
  declare connect: typeof createConnection | undefined;
  declare private failed: boolean;
  declare private page: HTMLElement | null;

  protected abstract readonly tag: string;
  protected abstract readonly script: string;
  #shared = new ContextConsumer(this, { context: connectionContext, subscribe: true });

  constructor() {
    super();
    this.user = null;
    this.session = null;
    this.endpoint = null;
    this.token = null;
    this.theme = 'auto';
    this.failed = false;
    this.page = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.page) void this.#load();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    for (const name of TOLD) {
      if (changed.has(name) && this.page && this[name] !== undefined)
        Object.assign(this.page, { [name]: this[name] });
    }
  }

  async #load(): Promise<void> {
    this.failed = false;
    try {
      const { elements } = await loadPart<{ elements: Elements }>(this.script);
      define(Object.fromEntries(Object.entries(elements).map(([tag, element]) => [inner(tag), element])));
      const page = document.createElement(inner(this.tag));
      for (const name of TOLD) if (this[name] !== undefined) Object.assign(page, { [name]: this[name] });
      this.page = page;
    } catch {
      this.failed = true;
    }
  }

  override render() {
    if (this.page) return this.page;
    return html`<section class="frame ${this.#shared.value ? 'inside' : this.theme}">
      <div class="note" role=${this.failed ? 'alert' : 'status'}>
        ${
          this.failed
            ? html`<p>This part of the page could not be loaded.</p>
                <p>
                  The server may be out of reach, or newer than this page: then reload it.
                  <button @click=${() => this.#load()}>Try again</button>
                </p>`
            : html`<p class="waiting">Loading</p>`
        }
      </div>
    </section>`;
  }
}

/** Names of pages are taken by their stand-ins. */
function inner(tag: string): string {
  return tag.startsWith('live-') ? `${tag}-page` : tag;
}

/** A stand-in for the page of that name, which the script of the other name brings. */
export function standIn(tag: string, script: string): CustomElementConstructor {
  return class extends StandIn {
    protected override readonly tag = tag;
    protected override readonly script = script;
  };
}
