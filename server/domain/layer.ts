const unchanged: ReadonlyMap<never, never> = new Map<never, never>();

/** Rows by key, laid over those of a parent, so that what a layer changed can be taken or dropped as one. */
export class Layer<Key, Row> {
  #own: Map<Key, Row> | null = null;
  readonly #below: Layer<Key, Row> | null;

  constructor(below: Layer<Key, Row> | null = null) {
    this.#below = below;
  }

  /** The rows that this layer changed. */
  get own(): ReadonlyMap<Key, Row> {
    return this.#own ?? unchanged;
  }

  get(key: Key): Row | undefined {
    return this.#own?.get(key) ?? this.#below?.get(key);
  }

  set(key: Key, row: Row): void {
    // Most layers are never written to.
    this.#own ??= new Map();
    this.#own.set(key, row);
  }

  /** Every row, those of this layer before those below. */
  *values(): IterableIterator<Row> {
    for (const [, row] of this.entries()) yield row;
  }

  /** Every row with its key; a row of a layer hides that of the same key below. */
  *entries(): IterableIterator<[Key, Row]> {
    yield* this.own.entries();
    for (const entry of this.#below?.entries() ?? []) if (!this.own.has(entry[0])) yield entry;
  }

  absorb(above: Layer<Key, Row>): void {
    for (const [key, row] of above.own) this.set(key, row);
  }
}
