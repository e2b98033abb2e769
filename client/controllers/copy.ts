import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Copies what its host shows, or selects it where the browser does not allow that. */
export class CopyController implements ReactiveController {
  copied: 'no' | 'yes' | 'failed' = 'no';

  #host: ReactiveControllerHost & Element;

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.copied = 'no';
  }

  async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.copied = 'yes';
    } catch {
      // No permission, or no secure context: the person can still copy by hand.
      const shown = this.#host.shadowRoot?.querySelector('code');
      if (shown) getSelection()?.selectAllChildren(shown);
      this.copied = 'failed';
    }
    this.#host.requestUpdate();
  }
}
