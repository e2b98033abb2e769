import type { Message } from './message.ts';

/** What lists of conversations are narrowed by and messages decide: what one of them adds to its conversation. */
export type Standing = {
  /** User messages with a sentiment, and the sum of those in thousandths, so that it is exact. */
  said: number;
  sentimentSum: number;
  /** Messages that wait for a person. */
  waiting: number;
};

const none: Standing = { said: 0, sentimentSum: 0, waiting: 0 };

/** What a message adds. */
function standingOf({ sentiment, requiresHuman, humanReplied }: Message): Standing {
  return {
    said: sentiment === null ? 0 : 1,
    sentimentSum: sentiment === null ? 0 : Math.round(sentiment * 1000),
    waiting: requiresHuman && !humanReplied ? 1 : 0,
  };
}

/** What conversations gained and lost, by their ids. */
export class Standings {
  readonly #byConversation = new Map<number, Standing>();

  /** Counts a message; `before` is what it was, which counts no more. */
  count(message: Message, before: Message | undefined): void {
    this.#add(message.conversationId, standingOf(message), 1);
    if (before !== undefined) this.#add(message.conversationId, standingOf(before), -1);
  }

  absorb(later: Standings): void {
    for (const [id, standing] of later.#byConversation) this.#add(id, standing, 1);
  }

  of(conversationId: number): Standing {
    return this.#byConversation.get(conversationId) ?? none;
  }

  #add(id: number, added: Standing, sign: 1 | -1): void {
    const { said, sentimentSum, waiting } = this.of(id);
    this.#byConversation.set(id, {
      said: said + sign * added.said,
      sentimentSum: sentimentSum + sign * added.sentimentSum,
      waiting: waiting + sign * added.waiting,
    });
  }
}
