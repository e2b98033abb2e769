import { ContextConsumer } from '@lit/context';
import { css, html, LitElement, type PropertyDeclarations } from 'lit';
import { connectionContext } from '../contexts.ts';
import { define, type Elements } from '../define.ts';
import { frame } from '../frame.ts';
import { loadPart } from '../parts.ts';
import { button, tokens } from '../tokens.ts';
import { pageFrame } from './live-page.styles.ts';

/** What every page is told by its host, and a stand-in passes on. */
const TOLD: PropertyDeclarations = { endpoint: {}, token: {}, theme: {}, connect: { attribute: false } };

/**
 * Stands on a page under the name of an element whose script is not here yet, fetches the script, and holds the
 * element from then on. An element that is defined later would do as well, but then nobody would notice that one is
 * wanted inside the shadow root of a host.
 */
abstract class StandIn extends LitElement {
  static override styles = [
    tokens,
    frame,
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
  static override properties: PropertyDeclarations = {
    failed: { state: true },
    page: { state: true },
  };

  declare private failed: boolean;
  declare private page: HTMLElement | null;

  protected abstract readonly tag: string;
  protected abstract readonly script: string;
  protected abstract readonly told: readonly string[];
  #shared = new ContextConsumer(this, { context: connectionContext, subscribe: true });

  constructor() {
    super();
    this.failed = false;
    this.page = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.page) void this.#load();
  }

  protected override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
    if (this.page) this.#tell(this.page, (name) => changed.has(name));
  }

  /** Passes on what was said; of what was not, the page knows best. */
  #tell(page: HTMLElement, isMeant: (name: string) => boolean): void {
    for (const name of this.told) {
      const value: unknown = Reflect.get(this, name);
      if (value !== undefined && isMeant(name)) Reflect.set(page, name, value);
    }
  }

  async #load(): Promise<void> {
    this.failed = false;
    try {
      const { elements } = await loadPart<{ elements: Elements }>(this.script);
      define(Object.fromEntries(Object.entries(elements).map(([tag, element]) => [inner(tag), element])));
      const page = document.createElement(inner(this.tag));
      this.#tell(page, () => true);
      this.page = page;
    } catch {
      this.failed = true;
    }
  }

  override render() {
    if (this.page) return this.page;
    return html`<section
      class="frame ${this.#shared.value ? 'inside' : (Reflect.get(this, 'theme') ?? 'auto')}"
    >
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

/** A stand-in for the page of that name, which the script of the other name brings, and which is told that as well. */
export function standIn(
  tag: string,
  script: string,
  told: PropertyDeclarations = {},
): CustomElementConstructor {
  const all = { ...TOLD, ...told };
  return class extends StandIn {
    static override properties = all;
    protected override readonly tag = tag;
    protected override readonly script = script;
    protected override readonly told = Object.keys(all);
  };
}
