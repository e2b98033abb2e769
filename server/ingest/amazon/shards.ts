/** A part of a stream; records of one key follow each other within it and its children. */
export type Shard = { id: string; parents: string[] };

/** How far each shard was read: the sequence number of its last record, and whether there can be no more. */
export type Positions = Record<string, { after: string | null; isDone: boolean }>;

/** A stream in shards, as Kinesis and the streams of DynamoDB have them. */
export type ShardedStream<T> = Disposable & {
  shards(): Promise<Shard[]>;
  /** From where to read a shard: behind a record, else from its oldest one (null). */
  iterator(shardId: string, after: string | null): Promise<string>;
  /** Records, and where to read on; null when the shard has ended. */
  records(iterator: string): Promise<{ records: { sequence: string; record: T }[]; next: string | null }>;
};

/** What was read of a stream, shard after shard. */
export type Reaped<T> = {
  records: T[];
  positions: Positions;
  /** Whether records went away before they were read. */
  isGap: boolean;
  /** Whether more may be there already. */
  isMore: boolean;
};

/** How often the list of shards is read, in ms. */
const LIST = 10_000;

/** Reads every shard of a stream, children after their parents. */
export class ShardReader<T> implements Disposable {
  readonly #stream: ShardedStream<T>;
  readonly #now: () => number;
  #positions: Positions;
  #shards: Shard[] = [];
  #listedAt = -Infinity;
  readonly #iterators = new Map<string, string>();

  constructor(stream: ShardedStream<T>, positions: Positions, now: () => number) {
    this.#stream = stream;
    this.#positions = positions;
    this.#now = now;
  }

  /** What came since the last time. */
  async read(): Promise<Reaped<T>> {
    let isGap = false;
    if (this.#now() - this.#listedAt >= LIST) isGap = await this.#list();
    const found = await Promise.all(this.#open().map((shard) => this.#readShard(shard)));
    return {
      records: found.flatMap(({ records }) => records),
      positions: this.#positions,
      isGap: isGap || found.some((it) => it.isGap),
      isMore: found.some(({ isMore }) => isMore),
    };
  }

  [Symbol.dispose](): void {
    this.#stream[Symbol.dispose]();
  }

  /** Shards that may have news: those that have not ended and whose parents have. */
  #open(): Shard[] {
    const isRead = (id: string): boolean =>
      this.#positions[id]?.isDone === true || !this.#shards.some((shard) => shard.id === id);
    return this.#shards.filter(
      ({ id, parents }) => this.#positions[id]?.isDone !== true && parents.every(isRead),
    );
  }

  /** Whether a shard went away before it was read to its end. */
  async #list(): Promise<boolean> {
    this.#shards = await this.#stream.shards();
    this.#listedAt = this.#now();
    const known = Object.entries(this.#positions);
    const isThere = (id: string): boolean => this.#shards.some((shard) => shard.id === id);
    this.#positions = Object.fromEntries(known.filter(([id]) => isThere(id)));
    return known.some(([id, { isDone }]) => !isDone && !isThere(id));
  }

  async #readShard({ id }: Shard): Promise<{ records: T[]; isGap: boolean; isMore: boolean }> {
    const { after } = this.#positions[id] ?? { after: null };
    try {
      const iterator = this.#iterators.get(id) ?? (await this.#stream.iterator(id, after));
      const { records, next } = await this.#stream.records(iterator);
      if (next === null) this.#iterators.delete(id);
      else this.#iterators.set(id, next);
      const last = records.at(-1)?.sequence ?? after;
      this.#positions = { ...this.#positions, [id]: { after: last, isDone: next === null } };
      // Its children may be read now, and may be new.
      if (next === null) this.#listedAt = -Infinity;
      return {
        records: records.map(({ record }) => record),
        isGap: false,
        isMore: records.length > 0 || next === null,
      };
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      this.#iterators.delete(id);
      if (name === 'ExpiredIteratorException') return { records: [], isGap: false, isMore: true };
      if (name !== 'TrimmedDataAccessException') throw error;
      this.#positions = { ...this.#positions, [id]: { after: null, isDone: false } };
      return { records: [], isGap: true, isMore: true };
    }
  }
}
