import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { RaisedAlertsDocument } from '../../generated/client/graphql.ts';
import type { Connection } from '../connection.ts';
import type { FeedFrame, FrameStream } from './frames.ts';

interface RaisedAlertsOptions {
  readonly frames: FrameStream;
  reach(): Connection;
  /** A new one was raised. */
  raised(): void;
}

/** How many alerts are open and not put off: as the page began, and again whenever the log tells of one. */
export class RaisedAlertsController implements ReactiveController {
  #host: ReactiveControllerHost;
  #options: RaisedAlertsOptions;
  #count = 0;
  #isAsking = false;
  #isOutdated = false;
  #stopListening: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, options: RaisedAlertsOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stopListening = this.#options.frames.listen((frames) => this.#hear(frames));
  }

  hostDisconnected(): void {
    this.#stopListening?.();
  }

  get count(): number {
    return this.#count;
  }

  set count(count: number) {
    this.#count = count;
    this.#host.requestUpdate();
  }

  #hear(frames: readonly FeedFrame[]): void {
    const kinds = frames.flatMap(({ events }) => events.map((it) => it.__typename));
    if (kinds.includes('AlertRaised')) this.#options.raised();
    if (kinds.some((kind) => /^Alert(Raised|Changed|Resolved)$/.test(kind))) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isOutdated = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#isOutdated) {
      this.#isOutdated = false;
      try {
        this.count = (await this.#options.reach().request(RaisedAlertsDocument, {})).raisedAlerts;
      } catch {
        // The connection's state tells what is wrong; the next beginning brings the number.
      }
    }
    this.#isAsking = false;
  }
}
