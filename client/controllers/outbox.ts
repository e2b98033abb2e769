import { ConnectionError } from '../connection-error.ts';
import { retryDelay } from './retry-delay.ts';

/** Something that a person said and that is not stored yet. Sent again it has the same key, so that it is said once. */
export interface Letter {
  readonly key: string;
  readonly conversationId: string;
  readonly operator: string;
  readonly text: string;
  /** `waiting` goes by itself, `failed` when somebody says so. */
  readonly state: 'sending' | 'waiting' | 'failed';
  readonly problem: string;
}

type Written = Pick<Letter, 'conversationId' | 'operator' | 'text'>;

/**
 * Brings what a person says to the server, each conversation's words in their order. What the network lost is sent
 * again until it arrives; what the server refused stays until the person decides. It outlives what shows it.
 */
export class Outbox {
  /** What is being written, by conversation. */
  readonly drafts = new Map<string, string>();
  letters: readonly Letter[] = [];
  /** Resolves once the letter is stored. The page says how, and says it anew when its connection changes. */
  carry: (letter: Letter) => Promise<void> = () =>
    Promise.reject(new ConnectionError('lost', 'There is no connection.'));
  onChange: () => void = () => undefined;

  #underWay = new Set<string>();
  #failures = 0;

  put(written: Written): void {
    const key = crypto.getRandomValues(new Uint32Array(4)).join('-');
    this.#become([...this.letters, { ...written, key, state: 'waiting', problem: '' }]);
    void this.#send(written.conversationId);
  }

  /** The person wants another try. */
  retry({ key, conversationId }: Letter): void {
    this.#change(key, { state: 'waiting', problem: '' });
    void this.#send(conversationId);
  }

  /** There is a connection again. */
  retryAll(): void {
    for (const { conversationId } of this.letters) void this.#send(conversationId);
  }

  /** The words go back to the person. Only what was refused: anything else may be stored already. */
  takeBack({ key, conversationId, text }: Letter): void {
    const draft = this.drafts.get(conversationId);
    this.drafts.set(conversationId, draft ? `${text}\n${draft}` : text);
    this.#become(this.letters.filter((letter) => letter.key !== key));
    void this.#send(conversationId);
  }

  async #send(conversationId: string): Promise<void> {
    const letter = this.letters.find((each) => each.conversationId === conversationId);
    if (!letter || letter.state === 'failed' || this.#underWay.has(conversationId)) return;
    this.#underWay.add(conversationId);
    this.#change(letter.key, { state: 'sending', problem: '' });
    const error = await this.carry(letter).then(
      () => null,
      (reason: unknown) => ConnectionError.from(reason),
    );
    this.#underWay.delete(conversationId);
    if (error) return this.#failed(letter, error);
    this.#failures = 0;
    this.#become(this.letters.filter(({ key }) => key !== letter.key));
    return this.#send(conversationId);
  }

  #failed({ key, conversationId }: Letter, error: ConnectionError): void {
    const isLost = error.kind === 'lost' || error.kind === 'restarting';
    if (isLost) setTimeout(() => void this.#send(conversationId), retryDelay(error, this.#failures++));
    this.#change(key, { state: isLost ? 'waiting' : 'failed', problem: error.message });
  }

  #change(key: string, to: Partial<Letter>): void {
    this.#become(this.letters.map((letter) => (letter.key === key ? { ...letter, ...to } : letter)));
  }

  #become(letters: readonly Letter[]): void {
    this.letters = letters;
    this.onChange();
  }
}
