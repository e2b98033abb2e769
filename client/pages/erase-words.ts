import { ContextConsumer } from '@lit/context';
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { ForgetEndUserDocument, PurgeConversationDocument } from '../../generated/client/graphql.ts';
import { ConnectionError } from '../connection-error.ts';
import { connectionContext } from '../contexts.ts';
import type { Conversation } from '../reducers/board.ts';

/** Where an administrator has the words of a conversation, or of its person, erased for good. */
export class EraseWords extends LitElement {
  static override styles = css`
    p {
      margin: 0;
      font-size: var(--text-small);
    }
    .problem {
      color: var(--bad);
    }
  `;
  static override properties = {
    conversation: { attribute: false },
    live: { type: Boolean },
    busy: { state: true },
    problem: { state: true },
    done: { state: true },
  };

  declare conversation: Conversation | null;
  declare live: boolean;
  declare private busy: boolean;
  declare private problem: string;
  declare private done: string;

  #connection = new ContextConsumer(this, { context: connectionContext, subscribe: true });

  constructor() {
    super();
    this.conversation = null;
    this.live = false;
    this.busy = false;
    this.problem = '';
    this.done = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('conversation');
    if (before && before.externalId !== this.conversation?.externalId) this.problem = this.done = '';
  }

  async #erase(place: number, { externalId, endUser }: Conversation): Promise<void> {
    const connection = this.#connection.value;
    if (!connection || this.busy) return;
    this.busy = true;
    this.problem = this.done = '';
    try {
      const person = endUser?.externalId;
      const answer =
        place === 1 && person !== undefined
          ? (await connection.request(ForgetEndUserDocument, { externalId: person })).forgetEndUser
          : (await connection.request(PurgeConversationDocument, { externalId })).purgeConversation;
      if (this.conversation?.externalId !== externalId) return;
      if ('message' in answer) this.problem = answer.message;
      else this.done = place === 1 ? `${person} is forgotten.` : 'What was said here is erased.';
    } catch (error) {
      this.problem = ConnectionError.from(error).message;
    } finally {
      this.busy = false;
    }
  }

  override render() {
    const { conversation } = this;
    if (!conversation) return nothing;
    const person = conversation.endUser?.externalId;
    return html`<confirm-bar
        label="Erase…"
        .question=${`Erase for good what was said in ${conversation.externalId}${person === undefined ? '' : `, or all words of ${person} and what was learned from them`}? Counts and costs stay.`}
        .choices=${['Erase this conversation', ...(person === undefined ? [] : [`Forget ${person}`])]}
        .blocked=${!this.live || this.busy}
        @choice-confirm=${(event: CustomEvent<number>) => this.#erase(event.detail, conversation)}
      ></confirm-bar>
      <p role="status">${this.done || nothing}</p>
      <p class="problem" role="alert">${this.problem || nothing}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'erase-words': EraseWords;
  }
}
