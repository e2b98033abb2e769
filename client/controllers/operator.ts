import { ContextProvider } from '@lit/context';
import type { ReactiveController, ReactiveElement } from 'lit';
import type { Scope } from '../../generated/client/graphql.ts';
import { type Operator, operatorContext } from '../contexts.ts';

interface OperatorOptions {
  /** The name that the host page says, if it does. */
  given(): string | null;
  may(scope: Scope): boolean;
}

/** Provides who sits at the page: the name that it was told, and what the key allows. */
export class OperatorController implements ReactiveController {
  /** How the person calls himself, where the host page does not say. */
  told: string | null = null;

  #host: ReactiveElement;
  #options: OperatorOptions;
  #provider: ContextProvider<typeof operatorContext>;
  #desk: Operator['desk'] = {};

  constructor(host: ReactiveElement, options: OperatorOptions) {
    this.#host = host;
    this.#options = options;
    this.#provider = new ContextProvider(host, { context: operatorContext });
    host.addController(this);
  }

  hostUpdate(): void {
    const given = this.#options.given();
    const next: Operator = {
      name: given ?? this.told,
      isGiven: given !== null,
      mayOperate: this.#options.may('operate'),
      mayAsk: this.#options.may('ingest'),
      mayErase: this.#options.may('admin'),
      desk: this.#desk,
    };
    const known = this.#provider.value as Operator | undefined;
    const isSame =
      known && (Object.keys(next) as (keyof Operator)[]).every((key) => known[key] === next[key]);
    if (!isSame) this.#provider.setValue(next);
  }

  tell(name: string): void {
    this.told = name;
    this.#host.requestUpdate();
  }

  /** On another server other conversations go by the same ids. */
  clearDesk(): void {
    this.#desk = {};
  }
}
