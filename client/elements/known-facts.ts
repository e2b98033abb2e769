import { css, html, LitElement, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { FactCategory } from '../../generated/client/graphql.ts';
import type { Proofs } from '../controllers/proofs.ts';
import { type Fact, type FactGroup, grouped, inOldOrder } from '../reducers/knowledge.ts';
import { visuallyHidden } from '../tokens.ts';
import type { FactAct, FactCard } from './fact-card.ts';
import { CATEGORY } from './fact-words.ts';

/** Fixed places, so that a group that grows pushes only those below it. */
const COLUMNS: readonly (readonly FactCategory[])[] = [
  ['INTERESTS', 'PERSONAL', 'GOALS'],
  ['PREFERENCES', 'WORK', 'BEHAVIOR'],
];

/** The facts about a person by category. While somebody reads or writes in one, none of them changes places. */
export class KnownFacts extends LitElement {
  static override styles = [
    visuallyHidden,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 21em), 1fr));
        gap: 20px 32px;
        align-items: start;
      }
      .column {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 20px;
      }
      .column:empty {
        display: none;
      }
      h4 {
        display: flex;
        justify-content: space-between;
        margin: 0;
        padding-block-end: 6px;
        border-block-end: 1px solid var(--line);
        font-size: var(--text-small);
        font-weight: 650;
        color: var(--ink-3);
      }
      .count {
        font-weight: 500;
        font-variant-numeric: tabular-nums;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
    `,
  ];

  static override properties = {
    facts: { attribute: false },
    proofs: { attribute: false },
    acts: { attribute: false },
    fresh: { attribute: false },
    mayOperate: { type: Boolean },
  };

  /** The surest first. */
  declare facts: readonly Fact[];
  /** By the key of the fact, as the next two are. */
  declare proofs: ReadonlyMap<string, Proofs>;
  declare acts: ReadonlyMap<string, FactAct>;
  declare fresh: ReadonlySet<string>;
  declare mayOperate: boolean;

  #shown: readonly Fact[] = [];
  #focused = -1;

  constructor() {
    super();
    this.facts = [];
    this.proofs = new Map();
    this.acts = new Map();
    this.fresh = new Set();
    this.mayOperate = false;
  }

  get #cards(): FactCard[] {
    return [...this.renderRoot.querySelectorAll('fact-card')];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('facts')) return;
    const cards = this.hasUpdated ? this.#cards : [];
    this.#focused = cards.findIndex((card) => card === this.shadowRoot?.activeElement);
    const isAtWork = this.#focused >= 0 || cards.some((card) => card.open);
    this.#shown = isAtWork ? inOldOrder(this.#shown, this.facts) : this.facts;
  }

  /** A keyboard on a fact that is gone goes on with its neighbour, not from the top of the page. */
  protected override updated(): void {
    if (this.#focused >= 0 && !this.shadowRoot?.activeElement) {
      (this.#cards[this.#focused] ?? this.#cards.at(-1))?.focus();
    }
    this.#focused = -1;
  }

  override render() {
    const groups = grouped(this.#shown);
    return COLUMNS.map(
      (categories) =>
        html`<div class="column">
          ${repeat(
            groups.filter(({ category }) => categories.includes(category)),
            ({ category }) => category,
            (group) => this.#group(group),
          )}
        </div>`,
    );
  }

  #group({ category, facts }: FactGroup) {
    return html`<section aria-labelledby=${category}>
      <h4 id=${category}>
        ${CATEGORY[category]}
        <span class="count"
          >${facts.length}<span class="visually-hidden"> ${facts.length === 1 ? 'fact' : 'facts'}</span></span
        >
      </h4>
      <ul>
        ${repeat(
          facts,
          ({ key }) => key,
          (fact) =>
            html`<li>
              <fact-card
                .fact=${fact}
                .proofs=${this.proofs.get(fact.key) ?? null}
                .act=${this.acts.get(fact.key) ?? null}
                .fresh=${this.fresh.has(fact.key)}
                .mayOperate=${this.mayOperate}
              ></fact-card>
            </li>`,
        )}
      </ul>
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'known-facts': KnownFacts;
  }
}
