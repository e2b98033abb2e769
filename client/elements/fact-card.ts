import { html, LitElement, nothing, type PropertyValues, svg } from 'lit';
import type { Proofs } from '../controllers/proofs.ts';
import type { Fact } from '../reducers/knowledge.ts';
import { button, visuallyHidden } from '../tokens.ts';
import { dotted } from './dotted.ts';
import { CONFIDENCE, denialOf, sourceOf } from './fact-words.ts';
import { styles } from './fact-card.styles.ts';
import { fire } from './fire.ts';
import { fullMoment, since } from './moments.ts';
import { quoted } from './quoted.ts';

const LONGEST_VALUE = 500;

/** Something that was asked to be done with a fact. */
export interface FactAct {
  readonly busy: boolean;
  readonly problem: string;
}

/**
 * One fact: what it says, how sure it is, and on demand what proves it, what was known before, and what a person may
 * do about it.
 *
 * @fires fact-open - Somebody looks into it; its proofs are wanted.
 * @fires fact-close - Nobody does any more.
 * @fires fact-confirm - It is so.
 * @fires fact-correct - It should read otherwise; the detail says how.
 * @fires fact-forget - It shall be forgotten, and that is meant.
 */
export class FactCard extends LitElement {
  static override styles = [button, visuallyHidden, styles];
  static override properties = {
    fact: { attribute: false },
    proofs: { attribute: false },
    act: { attribute: false },
    mayOperate: { type: Boolean },
    fresh: { type: Boolean, reflect: true },
    open: { type: Boolean, reflect: true },
    step: { state: true },
    draft: { state: true },
  };

  declare fact: Fact | null;
  declare proofs: Proofs | null;
  declare act: FactAct | null;
  declare mayOperate: boolean;
  /** It was learned just now. */
  declare fresh: boolean;
  declare open: boolean;
  /** What the person is about to do. */
  declare private step: 'read' | 'correct' | 'forget';
  declare private draft: string;

  constructor() {
    super();
    this.fact = null;
    this.proofs = null;
    this.act = null;
    this.mayOperate = false;
    this.fresh = false;
    this.open = false;
    this.step = 'read';
    this.draft = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isDone = changed.get('act')?.busy && !this.act?.busy && !this.act?.problem;
    // The button that was pressed is disabled or gone, and with it the focus, unless the person went elsewhere.
    const isHere = this.shadowRoot?.activeElement != null || document.activeElement === document.body;
    if (isDone) void this.#go('read', isHere);
  }

  override focus(options?: FocusOptions): void {
    this.shadowRoot?.querySelector('summary')?.focus(options);
  }

  /** Goes on to a step, and the keyboard with it. */
  async #go(step: FactCard['step'], takesFocus = true): Promise<void> {
    const from = this.step === 'forget' ? '.forget' : '.correct';
    this.step = step;
    if (step === 'correct') this.draft = this.fact?.value ?? '';
    await this.updateComplete;
    if (!takesFocus) return;
    const goal = step === 'correct' ? 'input' : step === 'forget' ? '.keep' : from;
    this.shadowRoot?.querySelector<HTMLElement>(goal)?.focus();
    if (step === 'correct') this.shadowRoot?.querySelector('input')?.select();
  }

  #toggled(event: Event): void {
    const { open } = event.currentTarget as HTMLDetailsElement;
    if (open === this.open || !this.fact) return;
    this.open = open;
    fire(this, open ? 'fact-open' : 'fact-close', this.fact);
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const value = this.draft.trim();
    if (this.act?.busy || !this.fact) return;
    if (value && value !== this.fact.value) fire(this, 'fact-correct', { fact: this.fact, value });
    else if (value) void this.#go('read');
  }

  /** Escape gives up the step, not the page around it. */
  #key(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || this.step === 'read') return;
    event.stopPropagation();
    void this.#go('read');
  }

  override render() {
    if (!this.fact) return nothing;
    const { value, category, polarity, tense, isConfirmed, lastSaidAt } = this.fact;
    const [bars, confidence] = CONFIDENCE[this.fact.confidence];
    return html`
      <details ?open=${this.open} @toggle=${(event: Event) => this.#toggled(event)}>
        <summary>
          <span class="value" dir="auto">${value}</span>
          <svg class="bars" viewBox="0 0 15 12" role="img" aria-label=${confidence}>
            <title>${confidence}</title>
            ${[1, 2, 3].map(
              (bar) =>
                svg`<rect class=${bar <= bars ? 'full' : ''} x=${bar * 5 - 5} y=${12 - bar * 4} width="3.500" height=${bar * 4} rx="1" />`,
            )}
          </svg>
          <span class="source">
            ${this.fresh ? html`<span class="tag new">new</span>` : nothing}
            ${polarity === 'NEGATIVE' ? html`<span class="tag">${denialOf(category)}</span>` : nothing}
            ${tense === 'PAST' ? html`<span class="tag">past</span>` : nothing}
            <span
              >${dotted([
                sourceOf(this.fact),
                since(lastSaidAt, Date.now()),
                ...(isConfirmed ? [html`<span class="confirmed">confirmed</span>`] : []),
              ])}</span
            >
          </span>
        </summary>
        ${this.open ? html`<div class="more" @keydown=${(event: KeyboardEvent) => this.#key(event)}>${this.#more()}</div>` : nothing}
      </details>
    `;
  }

  #more() {
    return html`${this.#proofs()} ${this.mayOperate ? this.#steps() : nothing}
      <p class="problem" role="alert">${this.act?.problem || nothing}</p>`;
  }

  #proofs() {
    const { found, pending, problem } = this.proofs ?? { found: null, pending: true, problem: '' };
    if (problem) {
      return html`<p class="problem" role="alert">
        What proves it could not be loaded. ${problem}
        <button class="plain" @click=${() => this.fact && fire(this, 'fact-open', this.fact)}>
          Try again
        </button>
      </p>`;
    }
    if (!found) return html`<p class="quiet waiting">${pending ? 'Looking for the words' : nothing}</p>`;
    return html`${this.#evidence(found.evidence)} ${this.#history(found.history)}`;
  }

  #evidence(evidence: NonNullable<Proofs['found']>['evidence']) {
    if (evidence.length === 0) {
      return html`<p class="quiet">
        ${
          this.fact?.category === 'BEHAVIOR'
            ? 'No single message proves a habit: it comes from counting them.'
            : 'No message says so in these words: somebody corrected what was understood.'
        }
      </p>`;
    }
    return html`<ul class="evidence" aria-label="Said in these messages">
        ${evidence.map(({ text, quote, at, conversationId }) => {
          const [before, words, after] = quoted(text, quote);
          return html`<li>
            <blockquote dir="auto">${before}<mark>${words}</mark>${after}</blockquote>
            <span class="where"
              >${dotted([
                html`<time datetime=${at} title=${fullMoment(at)}>${since(at, Date.now())}</time>`,
                conversationId,
              ])}</span
            >
          </li>`;
        })}
      </ul>
      ${
        this.fact && this.fact.evidenceCount > evidence.length
          ? html`<p class="quiet">The newest ${evidence.length} of ${this.fact.evidenceCount}.</p>`
          : nothing
      }`;
  }

  #history(history: NonNullable<Proofs['found']>['history']) {
    if (history.length === 0) return nothing;
    return html`<h5 id="before">Known before</h5>
      <ul class="history" aria-labelledby="before">
        ${history.map(
          ({ value, endedAt }) =>
            html`<li>
              <span dir="auto">${value}</span>
              ${endedAt ? html`<span class="where">until ${since(endedAt, Date.now())}</span>` : nothing}
            </li>`,
        )}
      </ul>`;
  }

  #steps() {
    const busy = this.act?.busy ?? false;
    if (this.step === 'correct') return this.#form(busy);
    if (this.step === 'forget') {
      return html`<div class="steps ask" role="group" aria-labelledby="sure">
        <p id="sure">Forget this fact? Its words and proofs are gone for good.</p>
        <button
          class="danger"
          ?disabled=${busy}
          @click=${() => this.fact && fire(this, 'fact-forget', this.fact)}
        >
          ${busy ? 'Forgetting' : 'Forget it'}
        </button>
        <button class="keep" @click=${() => this.#go('read')}>Keep it</button>
      </div>`;
    }
    return html`<div class="steps">
      ${
        this.fact?.isConfirmed
          ? nothing
          : html`<button ?disabled=${busy} @click=${() => this.fact && fire(this, 'fact-confirm', this.fact)}>
              Confirm
            </button>`
      }
      <button class="correct" ?disabled=${busy} @click=${() => this.#go('correct')}>Correct</button>
      <button class="forget" ?disabled=${busy} @click=${() => this.#go('forget')}>Forget</button>
    </div>`;
  }

  #form(busy: boolean) {
    return html`<form class="steps" @submit=${(event: SubmitEvent) => this.#submit(event)}>
      <label for="value">How it should read: “The user …”</label>
      <input
        id="value"
        dir="auto"
        autocomplete="off"
        required
        maxlength=${LONGEST_VALUE}
        .value=${this.draft}
        @input=${(event: Event) => (this.draft = (event.target as HTMLInputElement).value)}
      />
      <button class="leading" ?disabled=${busy}>${busy ? 'Saving' : 'Save'}</button>
      <button type="button" @click=${() => this.#go('read')}>Cancel</button>
    </form>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'fact-card': FactCard;
  }
  interface EarshotEvents {
    'fact-open': Fact;
    'fact-close': Fact;
    'fact-confirm': Fact;
    'fact-correct': { readonly fact: Fact; readonly value: string };
    'fact-forget': Fact;
  }
}
