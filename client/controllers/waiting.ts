import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type Board, type Conversation, listed, newlyWaiting } from '../reducers/board.ts';

const COUNTED = /^\(\d+\) /u;

/** Tells those who do not look at the list that somebody waits for a person: a screen reader once, a title always. */
export class WaitingController implements ReactiveController {
  /** What is to be announced. */
  said = '';

  #host: ReactiveControllerHost;
  #inTitle = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.count(0, this.#inTitle);
  }

  changed(before: Board, after: Board): void {
    const [first, ...others] = newlyWaiting(before, after);
    if (first) this.say(announcement(first, others.length, listed(after, 'WAITING').length));
  }

  say(words: string): void {
    this.said = words;
    this.#host.requestUpdate();
  }

  /** Puts the count before the title of the page, or takes it away. */
  count(waiting: number, inTitle: boolean): void {
    if (!inTitle && !this.#inTitle) return;
    this.#inTitle = inTitle;
    const title = document.title.replace(COUNTED, '');
    document.title = inTitle && waiting > 0 ? `(${waiting}) ${title}` : title;
  }
}

function announcement(
  { endUser, externalId, handoffReason }: Conversation,
  others: number,
  waiting: number,
): string {
  const who = endUser?.externalId ?? externalId;
  const more = others > 0 ? ` and ${others} more wait` : ' waits';
  const why = handoffReason && others === 0 ? `: ${handoffReason.slice(0, 200)}` : '';
  return `${who}${more} for a person${why}. Waiting now: ${waiting}.`;
}
