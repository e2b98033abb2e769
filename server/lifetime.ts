/** Things that end together, in the reverse order of their start. Node has its own such class only from 24 on. */
export class Lifetime implements AsyncDisposable {
  #ends: (() => unknown)[] = [];

  /** Ends `resource` with the rest. */
  use<T extends Disposable | AsyncDisposable>(resource: T): T {
    this.#ends.push(() =>
      Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose](),
    );
    return resource;
  }

  /** Hands everything over to a lifetime of its own; this one is empty then. */
  move(): Lifetime {
    const moved = new Lifetime();
    moved.#ends = this.#ends;
    this.#ends = [];
    return moved;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.#ends.toReversed()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    this.#ends = [];
    if (failures.length > 0) throw new AggregateError(failures, 'Some parts did not stop cleanly.');
  }
}
