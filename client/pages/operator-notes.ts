import { ContextConsumer } from '@lit/context';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { AddNoteDocument, NotesDocument, type NotesQuery } from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import { ConnectionError } from '../connection-error.ts';
import { clockContext, connectionContext, framesContext, operatorContext } from '../contexts.ts';
import { Outbox } from '../controllers/outbox.ts';
import { QueryController } from '../controllers/query.ts';
import { dotted } from '../elements/dotted.ts';
import { fullMoment, since } from '../elements/moments.ts';
import { button } from '../tokens.ts';
import { styles } from './operator-notes.styles.ts';

type Notes = NonNullable<NotesQuery['conversation']>['notes']['nodes'];

/** What operators tell each other about a conversation; the one whom it is about never sees it. */
export class OperatorNotes extends LitElement {
  static override styles = [button, styles];
  static override properties = {
    conversation: {},
    live: { type: Boolean },
    generation: { attribute: false },
    notes: { state: true },
    round: { state: true },
    storing: { state: true },
    problem: { state: true },
    wantsName: { state: true },
  };

  /** External id of the conversation. */
  declare conversation: string | null;
  declare live: boolean;
  declare generation: number;
  declare private notes: Notes | null;
  /** Grows when a note was added. */
  declare private round: number;
  declare private storing: boolean;
  declare private problem: string;
  declare private wantsName: boolean;

  #clock = new ContextConsumer(this, { context: clockContext, subscribe: true });
  #connection = new ContextConsumer(this, { context: connectionContext, subscribe: true });
  #who = new ContextConsumer(this, { context: operatorContext, subscribe: true });
  #stopListening: (() => void) | undefined;
  /** One key for one text, so that another try writes nothing twice. */
  #letter: { readonly text: string; readonly key: string } | null = null;
  #query = new QueryController(this, {
    args: (): [Connection, string, number, number] | null => {
      const connection = this.#connection.value;
      return connection && this.conversation !== null
        ? [connection, this.conversation, this.generation, this.round]
        : null;
    },
    run: (connection, externalId) => connection.request(NotesDocument, { externalId }),
    onData: ({ conversation }) => (this.notes = conversation?.notes.nodes ?? []),
  });

  constructor() {
    super();
    this.conversation = null;
    this.live = false;
    this.generation = 0;
    this.notes = null;
    this.round = 0;
    this.storing = false;
    this.problem = '';
    this.wantsName = false;
    new ContextConsumer(this, {
      context: framesContext,
      subscribe: true,
      callback: (frames) => {
        this.#stopListening?.();
        this.#stopListening = frames.listen((arrived) => {
          const isNew = arrived
            .flatMap(({ events }) => events)
            .some(
              ({ __typename, conversation }) =>
                __typename === 'NoteAdded' && conversation?.externalId === this.conversation,
            );
          if (isNew) this.round++;
        });
      },
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopListening?.();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('conversation')) {
      this.notes = null;
      this.problem = '';
      this.wantsName = false;
    }
    if (this.wantsName && this.#who.value?.name) {
      this.wantsName = false;
      void this.#add();
    }
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('notes') || changed.get('notes') === this.notes) return;
    const list = this.shadowRoot?.querySelector('.notes');
    list?.scrollTo(0, list.scrollHeight);
  }

  override focus(options?: FocusOptions): void {
    void this.#focusField(options);
  }

  /** Whoever has just opened the notes is to write in a field that is not drawn yet. */
  async #focusField(options?: FocusOptions): Promise<void> {
    await this.updateComplete;
    const field = this.shadowRoot?.querySelector('writing-field');
    await field?.updateComplete;
    field?.focus(options);
  }

  get #drafts(): Map<string, string> {
    const desk = this.#who.value?.desk ?? {};
    return (desk.outbox ??= new Outbox()).drafts;
  }

  get #draftName(): string {
    return `note ${this.conversation}`;
  }

  #write(text: string): void {
    this.#drafts.set(this.#draftName, text);
    this.requestUpdate();
  }

  /** The text stays in the field until it is stored. */
  async #add(): Promise<void> {
    const [connection, externalId, draft] = [this.#connection.value, this.conversation, this.#draftName];
    const text = this.#drafts.get(draft) ?? '';
    const author = this.#who.value?.name;
    if (!author) return void (this.wantsName = true);
    if (!connection || externalId === null || this.storing || text.trim() === '') return;
    if (this.#letter?.text !== text + draft + author) {
      this.#letter = {
        text: text + draft + author,
        key: crypto.getRandomValues(new Uint32Array(4)).join('-'),
      };
    }
    this.storing = true;
    this.problem = '';
    const problem = await connection
      .request(AddNoteDocument, { externalId, author, text }, this.#letter.key)
      .then(
        ({ addNote }) => ('message' in addNote ? addNote.message : ''),
        (error: unknown) => ConnectionError.from(error).message,
      );
    this.storing = false;
    if (problem === '') {
      this.#letter = null;
      if (this.#drafts.get(draft) === text) this.#drafts.delete(draft);
    }
    if (this.conversation !== externalId) return;
    if (problem === '') this.round++;
    else this.problem = `The note is not stored. ${problem}`;
  }

  override render() {
    const { name = null, isGiven = false } = this.#who.value ?? {};
    const status = this.#query.status;
    return html`
      <section aria-label="Notes">
        <h4>Notes</h4>
        <p class="small">Only people at this monitor see them, never the one who is written about.</p>
        <div
          class="notes"
          tabindex="0"
          role="group"
          aria-label="Notes so far"
          aria-busy=${status === 'pending'}
        >
          ${this.#list()}
        </div>
        ${
          status === 'error'
            ? html`<p class="problem" role="alert">
                The notes could not be loaded. ${this.#query.error?.message}
                <button class="plain" @click=${() => this.#query.run()}>Try again</button>
              </p>`
            : nothing
        }
        <writing-field
          .label=${'Note for other operators'}
          .button=${this.storing ? 'Adding' : 'Add'}
          .hint=${'Write a note'}
          .text=${this.#drafts.get(this.#draftName) ?? ''}
          .blocked=${!this.live || this.storing}
          @writing-change=${(event: CustomEvent<string>) => this.#write(event.detail)}
          @writing-send=${() => this.#add()}
        ></writing-field>
        <p class="problem" role="alert">${this.problem || nothing}</p>
        ${
          this.wantsName
            ? html`<operator-name
                .name=${name}
                .isGiven=${isGiven}
                .wanted=${true}
                @name-refuse=${() => (this.wantsName = false)}
              ></operator-name>`
            : nothing
        }
      </section>
    `;
  }

  #list() {
    if (!this.notes) return this.#query.status === 'error' ? nothing : html`<p class="small">Loading</p>`;
    if (this.notes.length === 0) return html`<p class="small">Nobody has written anything down yet.</p>`;
    const now = this.#clock.value ?? Date.now();
    return this.notes.map(
      ({ author, text, at }) => html`
        <article>
          <p class="text" dir="auto">${text}</p>
          <p class="small">
            ${dotted([author, html`<time datetime=${at} title=${fullMoment(at)}>${since(at, now)}</time>`])}
          </p>
        </article>
      `,
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'operator-notes': OperatorNotes;
  }
}
