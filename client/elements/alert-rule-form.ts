import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import type { AlertKind, CreateAlertRuleInput, Severity } from '../../generated/client/graphql.ts';
import { button } from '../tokens.ts';
import {
  ALERT_KINDS,
  conditionOf,
  fieldText,
  unfit,
  type AlertField,
  type AlertRule,
  type Refusal,
} from './alert-kinds.ts';
import { field } from './field.ts';
import { fire } from './fire.ts';

const SEVERITIES: Readonly<Record<Severity, string>> = {
  INFO: 'worth knowing',
  WARNING: 'a warning',
  CRITICAL: 'critical',
};
const TYPES: Readonly<Record<AlertField['type'], string>> = {
  whole: 'number',
  number: 'number',
  decimal: 'text',
  text: 'text',
  words: 'text',
  choice: 'text',
};

/**
 * A form for a rule of alerts, with the fields of its kind. What the server refuses is said at its field.
 *
 * @fires rule-save - What the person wants to be alerted to.
 * @fires rule-cancel - The person does not want to set it up.
 */
export class AlertRuleForm extends LitElement {
  static override styles = [
    button,
    field,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 15em), 1fr));
        gap: 12px 16px;
        padding: 14px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
      }
      h4,
      p {
        margin: 0;
      }
      h4,
      .actions {
        grid-column: 1 / -1;
        font-size: var(--text);
        font-weight: 650;
      }
      label {
        display: block;
        font-size: var(--text-small);
        font-weight: 600;
      }
      input,
      select,
      textarea {
        inline-size: 100%;
        margin-block-start: 2px;
      }
      select {
        box-sizing: border-box;
        min-block-size: 32px;
        padding: 5px 8px;
        font: inherit;
        color: inherit;
        background: var(--surface);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
      }
      textarea {
        min-block-size: 5em;
      }
      [aria-invalid='true'] {
        border-color: var(--bad);
      }
      .small {
        font-size: var(--text-small);
        color: var(--ink-2);
        overflow-wrap: anywhere;
      }
      .problem {
        color: var(--bad);
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
    `,
  ];
  static override properties = {
    rule: { attribute: false },
    refusal: { attribute: false },
    busy: { type: Boolean },
    kind: { state: true },
  };

  /** What is changed; null for a new rule. */
  declare rule: AlertRule | null;
  declare refusal: Refusal | null;
  declare busy: boolean;
  declare private kind: AlertKind;

  constructor() {
    super();
    this.rule = null;
    this.refusal = null;
    this.busy = false;
    this.kind = 'WAITING';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // The same rule comes again with all that happens meanwhile; what the person chose stays.
    if (this.rule && changed.has('rule') && changed.get('rule')?.id !== this.rule.id)
      this.kind = this.rule.condition.kind;
  }

  protected override firstUpdated(): void {
    this.focus();
  }

  override focus(options?: FocusOptions): void {
    this.shadowRoot?.querySelector('input')?.focus(options);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('refusal') || this.refusal === null) return;
    this.shadowRoot?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const texts = new Map([...given].map(([name, value]) => [name, typeof value === 'string' ? value : '']));
    this.refusal = unfit(this.kind, texts);
    if (this.refusal) return;
    const platform = texts.get('platform')?.trim() ?? '';
    const input: CreateAlertRuleInput = {
      name: texts.get('name') ?? '',
      severity: texts.get('severity') as Severity,
      platform: platform === '' ? null : platform,
      condition: conditionOf(this.kind, texts),
    };
    fire(this, 'rule-save', input);
  }

  /** What is wrong with a field; its path may go on behind it. */
  #problemOf(name: string): string | null {
    if (this.refusal === null) return null;
    const { field: path, message } = this.refusal;
    if (!path.split('.').includes(name)) return null;
    // The path of the field stands above it as its label.
    const words = message.startsWith(`${path} `) ? message.slice(path.length + 1) : message;
    return words.charAt(0).toUpperCase() + words.slice(1);
  }

  override render() {
    const { rule, kind } = this;
    const { fields } = ALERT_KINDS[kind];
    const own = rule?.condition.kind === kind ? rule.condition : null;
    const names = ['name', 'platform', ...fields.map(({ name }) => name)];
    const isElsewhere = this.refusal !== null && !names.some((name) => this.#problemOf(name) !== null);
    const kinds = Object.fromEntries(Object.entries(ALERT_KINDS).map(([it, { label }]) => [it, label]));
    return html`<form
      novalidate
      @submit=${(event: SubmitEvent) => this.#submit(event)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape') fire(this, 'rule-cancel');
      }}
    >
      <h4>${rule === null ? 'A new rule' : 'Change the rule'}</h4>
      ${this.#field('name', 'Name', html`<input id="name" name="name" maxlength="255" aria-invalid=${this.#problemOf('name') !== null} aria-describedby="name-about" .value=${rule?.name ?? ''} />`)}
      <div>
        <label for="kind">Tell me when</label>
        ${choice('kind', kinds, kind, (chosen) => (this.kind = chosen as AlertKind))}
      </div>
      ${fields.map((each) => this.#asked(each, fieldText(each, own)))}
      <div>
        <label for="severity">That is</label>
        ${choice('severity', SEVERITIES, rule?.severity ?? 'WARNING')}
      </div>
      ${this.#field('platform', 'Only on the platform', html`<input id="platform" name="platform" maxlength="255" aria-invalid=${this.#problemOf('platform') !== null} aria-describedby="platform-about" .value=${rule?.platform ?? ''} />`, 'Empty is every platform')}
      <div class="actions">
        <button class="leading" ?disabled=${this.busy}>${this.busy ? 'Saving' : 'Save the rule'}</button>
        <button type="button" class="plain" @click=${() => fire(this, 'rule-cancel')}>Cancel</button>
        <p class="small problem" role="alert">${isElsewhere ? this.refusal?.message : nothing}</p>
      </div>
    </form>`;
  }

  #asked(asked: AlertField, text: string) {
    const { name, label, type, choices, hint } = asked;
    const isNumber = type === 'whole' || type === 'number';
    const isWrong = this.#problemOf(name) !== null;
    const about = isWrong || hint ? `${name}-about` : nothing;
    const control = choices
      ? choice(name, choices, text)
      : type === 'words'
        ? html`<textarea
            id=${name}
            name=${name}
            aria-invalid=${isWrong}
            aria-describedby=${about}
            .value=${text}
          ></textarea>`
        : html`<input
            id=${name}
            name=${name}
            type=${TYPES[type]}
            step=${isNumber ? (type === 'whole' ? '1' : 'any') : nothing}
            inputmode=${type === 'decimal' ? 'decimal' : nothing}
            aria-invalid=${isWrong}
            aria-describedby=${about}
            .value=${text}
          />`;
    return this.#field(name, label, control, hint);
  }

  #field(name: string, label: string, control: unknown, hint?: string) {
    const problem = this.#problemOf(name);
    return html`<div>
      <label for=${name}>${label}</label>
      ${control}
      ${
        problem !== null || hint
          ? html`<p id="${name}-about" class="small ${problem === null ? '' : 'problem'}">
              ${problem ?? hint}
            </p>`
          : nothing
      }
    </div>`;
  }
}

function choice(
  name: string,
  choices: Readonly<Record<string, string>>,
  chosen: string,
  onChange?: (chosen: string) => void,
) {
  return html`<select
    id=${name}
    name=${name}
    @change=${(event: Event) => onChange?.((event.target as HTMLSelectElement).value)}
  >
    ${Object.entries(choices).map(
      ([value, label]) => html`<option value=${value} ?selected=${value === chosen}>${label}</option>`,
    )}
  </select>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'alert-rule-form': AlertRuleForm;
  }
  interface EarshotEvents {
    'rule-save': CreateAlertRuleInput;
    'rule-cancel': null;
  }
}
