/** Rows by key, laid over those of a parent, so that what a layer changed can be taken or dropped as one. */
export class Layer<Key, Row> {
  readonly own = new Map<Key, Row>();
  readonly #below: Layer<Key, Row> | null;

  constructor(below: Layer<Key, Row> | null = null) {
    this.#below = below;
  }

  get(key: Key): Row | undefined {
    return this.own.get(key) ?? this.#below?.get(key);
  }

  set(key: Key, row: Row): void {
    this.own.set(key, row);
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
    for (const [key, row] of above.own) this.own.set(key, row);
  }
}
