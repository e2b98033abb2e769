import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import {
  type ConversationFilter,
  ExportFoundDocument,
  type ExportFormat,
  FoundConversationsDocument,
  FoundMessagesDocument,
  type FoundMessageFragment,
  type FoundTalkFragment,
  type KeptViewFragment,
  RemoveViewDocument,
  SavedViewsDocument,
  SaveViewDocument,
} from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import { QueryController } from '../controllers/query.ts';
import { field } from '../elements/field.ts';
import type { Result } from '../elements/search-result.ts';
import { frame } from '../frame.ts';
import { button, tokens, visuallyHidden } from '../tokens.ts';
import { ConnectedPage } from './connected-page.ts';
import { pageFrame } from './live-page.styles.ts';
import { styles } from './live-search.styles.ts';

/** What is looked for; without words, conversations are listed. */
interface Question {
  readonly words: string;
  readonly filter: ConversationFilter;
}

const NOTHING: Question = { words: '', filter: {} };
const isNothing = ({ words, filter }: Question): boolean =>
  words.trim() === '' && Object.keys(filter).length === 0;

/** Looks for words and conversations in the whole project, keeps questions as views, and takes what is found away. */
export class LiveSearch extends ConnectedPage {
  static override styles = [tokens, frame, visuallyHidden, button, field, pageFrame, styles];
  static override properties = {
    question: { state: true },
    results: { state: true },
    older: { state: true },
    busy: { state: true },
    said: { state: true },
    problem: { state: true },
    views: { state: true },
    view: { state: true },
    mayOperate: { state: true },
  };

  declare private question: Question;
  /** What was found; null before anything was asked. */
  declare private results: readonly Result[] | null;
  /** Where older results begin; null when there are none. */
  declare private older: string | null;
  declare private busy: boolean;
  declare private said: string;
  declare private problem: string | null;
  declare private views: readonly KeptViewFragment[];
  /** Id of the view that was chosen last. */
  declare private view: string | null;
  declare private mayOperate: boolean;

  /** The last thing that was asked: answers to earlier ones come too late. */
  #asked = 0;
  #appearing: ResizeObserver;

  constructor() {
    super();
    this.question = NOTHING;
    this.results = null;
    this.older = null;
    this.busy = false;
    this.said = '';
    this.problem = null;
    this.views = [];
    this.view = null;
    this.mayOperate = false;
    new QueryController(this, {
      args: (): [Connection] | null => (this.connection ? [this.connection] : null),
      run: (connection) => connection.request(SavedViewsDocument, {}),
      onData: ({ savedViews, viewer }) => {
        this.views = savedViews;
        this.mayOperate = viewer.openMode || viewer.scopes.includes('operate');
      },
    });
    let wasShown = false;
    // Whoever comes here comes to write.
    this.#appearing = new ResizeObserver(() => {
      const isShown = this.checkVisibility();
      if (isShown && !wasShown && this.isInside) this.focus();
      wasShown = isShown;
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#appearing.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#appearing.disconnect();
    this.hangUp();
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')?.focus();
  }

  #change(question: Question, view: string | null = null): Promise<void> {
    this.question = question;
    this.view = view;
    return this.#look(null);
  }

  async #look(after: string | null): Promise<void> {
    const asked = ++this.#asked;
    if (isNothing(this.question)) {
      Object.assign(this, { results: null, older: null, problem: null, said: '', busy: false });
      return;
    }
    this.busy = true;
    await this.#try(async (connection) => {
      const { results, pageInfo } = await find(connection, this.question, after);
      if (asked !== this.#asked) return;
      this.results = after === null ? results : [...(this.results ?? []), ...results];
      this.older = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
      this.said = foundWords(this.results.length, this.older !== null, this.question);
    });
    if (asked === this.#asked) this.busy = false;
  }

  /** Does something on the server; what goes wrong is said. */
  async #try(act: (connection: Connection) => Promise<void>): Promise<void> {
    try {
      if (!this.connection) throw new ConnectionError('lost', 'There is no connection.');
      this.problem = null;
      await act(this.connection);
    } catch (error) {
      this.problem = ConnectionError.from(error).message;
    }
  }

  #choose(id: string): void {
    const view = this.views.find((it) => it.id === id);
    if (!view) void this.#change(NOTHING);
    else void this.#change({ words: view.query, filter: view.filter as ConversationFilter }, view.id);
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const name = new FormData(form).get('name');
    const { words, filter } = this.question;
    if (typeof name !== 'string') return;
    const same = this.views.find((it) => it.name === name.trim());
    await this.#try(async (connection) => {
      const input = { name, query: words, filter, ...(same && { id: same.id }) };
      const { saveView } = await connection.request(SaveViewDocument, { input });
      if (saveView.__typename !== 'SaveViewPayload') throw new ConnectionError('failed', saveView.message);
      const { view } = saveView;
      const others = this.views.filter(({ id }) => id !== view.id);
      this.views = [...others, view].toSorted((a, b) => a.name.localeCompare(b.name));
      this.view = view.id;
      this.said = `Saved as ${view.name}.`;
      form.reset();
    });
  }

  async #remove(id: string): Promise<void> {
    await this.#try(async (connection) => {
      const { removeView } = await connection.request(RemoveViewDocument, { id });
      if (removeView.__typename !== 'RemoveViewPayload')
        throw new ConnectionError('failed', removeView.message);
      this.views = this.views.filter((it) => it.id !== id);
      this.view = null;
      this.said = 'The view is removed.';
    });
  }

  async #export(format: ExportFormat): Promise<void> {
    const { words, filter } = this.question;
    this.said = 'Preparing the file.';
    await this.#try(async (connection) => {
      const query = words.trim() === '' ? null : words;
      const { exportLink } = await connection.request(ExportFoundDocument, {
        input: { format, query, filter },
      });
      if (exportLink.__typename !== 'ExportLinkPayload')
        throw new ConnectionError('failed', exportLink.message);
      const link = document.createElement('a');
      link.href = new URL(exportLink.path, connection.endpoint).href;
      link.download = '';
      link.click();
      this.said = 'The browser is downloading the file.';
    });
  }

  #pressed(event: KeyboardEvent): void {
    const isWriting = event
      .composedPath()
      .some((it) => it instanceof HTMLElement && it.matches('input, select'));
    if (event.key !== '/' || isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.focus();
  }

  override render() {
    return html`<section
      class="frame ${this.scheme}"
      aria-label="Search"
      @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
    >
      <div class="ask">
        <div class="row">
          <form role="search" @submit=${(event: SubmitEvent) => this.#submit(event)}>
            <input
              type="search"
              name="words"
              aria-label="Search messages"
              placeholder="Search messages"
              maxlength="500"
              dir="auto"
              .value=${this.question.words}
            />
            <button class="leading">Search</button>
          </form>
          ${this.#viewChoice()}
        </div>
        <details ?open=${Object.keys(this.question.filter).length > 0}>
          <summary>Filters ${filterCount(this.question.filter)}</summary>
          <search-filters
            .filter=${this.question.filter}
            @filter-edit=${(event: CustomEvent<ConversationFilter>) =>
              this.#change({ words: this.#words, filter: event.detail })}
          ></search-filters>
        </details>
        ${isNothing(this.question) ? nothing : this.#uses()}
        <p class="said ${this.problem ? 'bad' : ''}" role="status" dir="auto">
          ${this.problem ?? (this.busy ? 'Searching' : this.said)}
        </p>
      </div>
      <div class="scroll ${this.busy || this.problem ? 'old' : ''}" tabindex="-1">${this.#found()}</div>
    </section>`;
  }

  get #words(): string {
    return this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')?.value ?? '';
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    void this.#change({ ...this.question, words: this.#words });
  }

  #viewChoice() {
    if (this.views.length === 0) return nothing;
    const chosen = this.views.find(({ id }) => id === this.view);
    return html`<label
        >View
        <select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
          <option value="" ?selected=${!chosen}>None</option>
          ${this.views.map(
            ({ id, name }) => html`<option value=${id} ?selected=${id === this.view}>${name}</option>`,
          )}
        </select></label
      >
      ${
        chosen && this.mayOperate
          ? html`<button class="plain" @click=${() => this.#remove(chosen.id)}>Remove view</button>`
          : nothing
      }`;
  }

  /** What can be done with a question: keep it, and take what is found away. */
  #uses() {
    return html`<div class="row">
      ${
        this.mayOperate
          ? html`<form @submit=${(event: SubmitEvent) => this.#save(event)}>
              <input
                name="name"
                required
                maxlength="255"
                aria-label="Name of the view"
                placeholder="Name of the view"
              />
              <button>Save view</button>
            </form>`
          : nothing
      }
      ${(['CSV', 'JSONL', 'TXT'] as const).map(
        (format) => html`<button @click=${() => this.#export(format)}>Export ${format}</button>`,
      )}
    </div>`;
  }

  #found() {
    if (this.results === null) return help;
    if (this.results.length === 0 && !this.busy) {
      return html`<div class="note">
        <p>Nothing was found</p>
        <p>Try fewer words, the beginning of a word, or fewer filters.</p>
      </div>`;
    }
    return html`<ol aria-label="Results">
        ${repeat(
          this.results,
          ({ id }) => id,
          (result) => html`<li><search-result .result=${result}></search-result></li>`,
        )}
      </ol>
      ${
        this.older === null
          ? nothing
          : html`<div class="more">
              <button ?disabled=${this.busy} @click=${() => this.#look(this.older)}>Older results</button>
            </div>`
      }`;
  }
}

const help = html`<div class="note">
  <p>Find what was said</p>
  <p>Words are found in other forms and without accents, and may be begun.</p>
  <ul>
    <li><code>refund card</code> both words</li>
    <li><code>"not working"</code> in this order</li>
    <li><code>refund -test</code> without the second word</li>
  </ul>
  <p>Filters alone list conversations. Press <code>/</code> to come here.</p>
</div>`;

function filterCount(filter: ConversationFilter) {
  const { length } = Object.keys(filter);
  return length === 0 ? nothing : html`(${length})`;
}

function foundWords(count: number, hasOlder: boolean, { words }: Question): string {
  const what = words.trim() === '' ? 'conversation' : 'result';
  return `${count}${hasOlder ? ' or more' : ''} ${what}${count === 1 && !hasOlder ? '' : 's'} found.`;
}

interface Page {
  readonly results: readonly Result[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

async function find(
  connection: Connection,
  { words, filter }: Question,
  after: string | null,
): Promise<Page> {
  if (words.trim() === '') {
    const { conversations } = await connection.request(FoundConversationsDocument, { filter, after });
    return { results: conversations.nodes.map(ofConversation), pageInfo: conversations.pageInfo };
  }
  const { search } = await connection.request(FoundMessagesDocument, { query: words, filter, after });
  return { results: search.nodes.map(ofHit), pageInfo: search.pageInfo };
}

const ofHit = ({ message, segment, conversation, snippet }: FoundMessageFragment): Result => {
  const { externalId, platform, status } = conversation;
  const found = {
    conversation: externalId,
    row: message?.id ?? segment?.segmentId ?? '',
    isSpoken: !message,
  };
  return {
    id: `${externalId} ${found.row}`,
    found,
    platform,
    isClosed: status === 'CLOSED',
    sender: message?.sender ?? segment?.speaker ?? null,
    at: message?.at ?? segment?.at ?? '',
    offsetMs: segment?.startMs ?? null,
    parts: snippet,
  };
};

const ofConversation = (it: FoundTalkFragment): Result => ({
  id: it.id,
  found: { conversation: it.externalId },
  platform: it.platform,
  isClosed: it.status === 'CLOSED',
  sender: it.lastSender,
  at: it.activeAt,
  offsetMs: null,
  parts: [{ text: it.lastText ?? '', isMatch: false }],
});

declare global {
  interface HTMLElementTagNameMap {
    'live-search': LiveSearch;
  }
}
