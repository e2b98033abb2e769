/** Keeps everything that came until somebody asks for it, so that nothing is missed between two awaits. */
export class Queue<T> {
  readonly #items: T[] = [];
  readonly #waiting: { resolve: (item: T) => void; reject: (error: Error) => void }[] = [];
  #end: Error | null = null;

  push(item: T): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#items.push(item);
    else waiter.resolve(item);
  }

  /** Nothing more will come; whoever waits is told why. */
  end(error: Error): void {
    this.#end = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** The next item; rejects when the source ended first. */
  next(): Promise<T> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift()!);
    if (this.#end !== null) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** How many came that nobody asked for yet. */
  get waiting(): number {
    return this.#items.length;
  }
}
