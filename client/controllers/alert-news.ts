import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { FeedFrame, FrameStream } from './frames.ts';

interface AlertNewsOptions {
  readonly frames: FrameStream;
  /** Whether the alerts are on the screen. */
  isLooking(): boolean;
  raised(): void;
}

/** Counts the alerts that were raised since the person last looked at them. */
export class AlertNewsController implements ReactiveController {
  count = 0;

  #options: AlertNewsOptions;

  constructor(host: ReactiveControllerHost, options: AlertNewsOptions) {
    this.#options = options;
    options.frames.listen((frames) => this.#hear(frames));
    host.addController(this);
  }

  hostUpdate(): void {
    if (this.#options.isLooking()) this.count = 0;
  }

  clear(): void {
    this.count = 0;
  }

  #hear(frames: readonly FeedFrame[]): void {
    const raised = frames
      .flatMap(({ events }) => events)
      .filter((it) => it.__typename === 'AlertRaised').length;
    if (raised === 0 || this.#options.isLooking()) return;
    this.count += raised;
    this.#options.raised();
  }
}
