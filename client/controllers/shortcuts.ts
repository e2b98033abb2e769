import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * Single keys that do something while the keyboard is inside the host and in no field. Whoever speaks to the computer,
 * or presses keys by accident, turns them off.
 */
export class ShortcutController implements ReactiveController {
  isOn = true;

  #isDrawn = false;
  #host: ReactiveControllerHost & HTMLElement;
  #press: (key: string) => boolean;

  /** `press` tells whether the key means something. */
  constructor(host: ReactiveControllerHost & HTMLElement, press: (key: string) => boolean) {
    this.#host = host;
    this.#press = press;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.addEventListener('keydown', this.#pressed);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('keydown', this.#pressed);
  }

  hostUpdated(): void {
    if (!this.#isDrawn && this.#host.autofocus) this.takeKeyboard();
    this.#isDrawn = true;
  }

  /** Brings the keyboard to where keys are heard. */
  takeKeyboard(): void {
    this.#host.shadowRoot?.querySelector<HTMLElement>('.frame')?.focus();
  }

  #pressed = (event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey, altKey, repeat, isComposing, defaultPrevented } = event;
    if (ctrlKey || metaKey || altKey || repeat || isComposing || defaultPrevented) return;
    // Only what is inside counts: a host page may have the monitor in a dialog of its own.
    const path = event.composedPath();
    if (path.slice(0, path.indexOf(this.#host)).some(takesKeys)) return;
    // The help stays within reach: it is where the others are turned on again.
    if ((this.isOn || key === '?') && this.#press(key)) event.preventDefault();
  };
}

function takesKeys(target: EventTarget): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, dialog'))
  );
}
