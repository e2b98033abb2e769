import { css, html, LitElement } from 'lit';
import type { ConversationFilter } from '../../generated/client/graphql.ts';
import { field } from './field.ts';
import { fire } from './fire.ts';

type Name = Exclude<keyof ConversationFilter, 'metadata'>;
type Field = { readonly label: string } & (
  | { readonly kind: 'choice'; readonly choices: Readonly<Record<string, string>> }
  | { readonly kind: 'text' | 'number' | 'first-day' | 'last-day' }
);

const FIELDS: { readonly [Key in Name]?: Field } = {
  status: { label: 'Status', kind: 'choice', choices: { ACTIVE: 'Active', CLOSED: 'Closed' } },
  owner: {
    label: 'Answered by',
    kind: 'choice',
    choices: { BOT: 'The bot', PENDING: 'Nobody yet', HUMAN: 'A person' },
  },
  channel: { label: 'Channel', kind: 'choice', choices: { CHAT: 'Chat', CALL: 'Call' } },
  requiresHuman: {
    label: 'Marked for a person',
    kind: 'choice',
    choices: { true: 'And not answered', false: 'Nothing open' },
  },
  feedback: {
    label: 'Ratings',
    kind: 'choice',
    choices: { POSITIVE: 'Good', NEGATIVE: 'Bad', ANY: 'Good or bad' },
  },
  platform: { label: 'Platform', kind: 'text' },
  endUser: { label: 'Person', kind: 'text' },
  from: { label: 'Began on or after', kind: 'first-day' },
  to: { label: 'Began on or before', kind: 'last-day' },
  activeFrom: { label: 'Active on or after', kind: 'first-day' },
  activeTo: { label: 'Active on or before', kind: 'last-day' },
  minSentiment: { label: 'Sentiment from', kind: 'number' },
  maxSentiment: { label: 'Sentiment to', kind: 'number' },
  minCost: { label: 'Cost from, USD', kind: 'number' },
  maxCost: { label: 'Cost to, USD', kind: 'number' },
};

const DAY = 24 * 60 * 60 * 1000;

/**
 * Which conversations are looked into.
 *
 * @fires filter-edit - The filter as it is now.
 */
export class SearchFilters extends LitElement {
  static override styles = [
    field,
    css`
      form {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 11em), 1fr));
        gap: 10px 12px;
      }
      label {
        display: grid;
        gap: 2px;
        align-content: start;
        color: var(--ink-2);
        font-size: var(--text-small);
      }
      input,
      select {
        inline-size: 100%;
        color: var(--ink);
      }
      select {
        box-sizing: border-box;
        min-block-size: 32px;
        padding: 5px 6px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--surface);
        font: inherit;
      }
      :focus-visible {
        outline: 2px solid var(--accent);
        outline-offset: 1px;
      }
    `,
  ];
  static override properties = { filter: { attribute: false } };

  declare filter: ConversationFilter;

  constructor() {
    super();
    this.filter = {};
  }

  #changed(event: Event): void {
    const form = (event.target as HTMLElement).closest('form')!;
    if (form.reportValidity()) fire(this, 'filter-edit', readFilter(new FormData(form)));
  }

  override render() {
    const [metadata] = this.filter.metadata ?? [];
    return html`<form
      aria-label="Filters"
      @change=${(event: Event) => this.#changed(event)}
      @submit=${(event: SubmitEvent) => event.preventDefault()}
    >
      ${Object.entries(FIELDS).map(
        ([name, it]) =>
          html`<label>${it.label} ${control(name, it, this.filter[name as Name] ?? null)}</label>`,
      )}
      <label
        >Metadata field <input name="key" .value=${metadata?.key ?? ''} placeholder="plan" maxlength="255"
      /></label>
      <label
        >and its value <input name="value" .value=${metadata?.value ?? ''} placeholder="pro" maxlength="1000"
      /></label>
    </form>`;
  }
}

function control(name: string, it: Field, value: unknown) {
  const text = value === null ? '' : String(value as string | number | boolean);
  if (it.kind === 'choice') {
    return html`<select name=${name} .value=${text}>
      <option value="" ?selected=${text === ''}>Any</option>
      ${Object.entries(it.choices).map(
        ([choice, words]) => html`<option value=${choice} ?selected=${text === choice}>${words}</option>`,
      )}
    </select>`;
  }
  if (it.kind === 'text') return html`<input name=${name} .value=${text} maxlength="255" />`;
  if (it.kind === 'number') {
    const least = name.endsWith('Cost') ? 0 : -1;
    return html`<input
      type="number"
      name=${name}
      step="any"
      min=${least}
      max=${least === 0 ? 1e12 : 1}
      .value=${text}
    />`;
  }
  return html`<input
    type="date"
    name=${name}
    .value=${text && dayOf(text, it.kind === 'last-day' ? -1 : 0)}
  />`;
}

/** The day of a moment where the person is, so many ms off. */
function dayOf(moment: string, off: number): string {
  const at = new Date(Date.parse(moment) + off);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()]
    .map((part, index) => String(part).padStart(index === 0 ? 4 : 2, '0'))
    .join('-');
}

function readFilter(form: FormData): ConversationFilter {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const stated = Object.entries(FIELDS).flatMap(([name, it]) =>
    text(name) === '' ? [] : [[name, valueOf(name, it, text(name))] as const],
  );
  const [key, value] = [text('key'), text('value')];
  return { ...Object.fromEntries(stated), ...(key !== '' && { metadata: [{ key, value }] }) };
}

function valueOf(name: string, { kind }: Field, text: string): unknown {
  if (name === 'requiresHuman') return text === 'true';
  if (kind === 'number') return Number(text);
  if (kind === 'first-day') return new Date(`${text}T00:00`).toISOString();
  // Noon of the next day lies in it whatever the clocks do at night.
  if (kind === 'last-day') {
    const next = new Date(new Date(`${text}T12:00`).getTime() + DAY);
    return new Date(next.setHours(0, 0, 0, 0)).toISOString();
  }
  return text;
}

declare global {
  interface HTMLElementTagNameMap {
    'search-filters': SearchFilters;
  }
  interface EarshotEvents {
    'filter-edit': ConversationFilter;
  }
}
