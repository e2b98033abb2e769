type Item = Record<string, unknown>;
type Entry = { sequence: string; name: string; image: Item | null; at: number };
type TestShard = { id: string; parent: string | null; entries: Entry[]; isClosed: boolean; trimmed: number };
type Refusal = { status: number; body: object };

const refuse = (type: string): Refusal => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'No.' },
});
const arnOf = (table: string): string =>
  `arn:aws:dynamodb:us-west-2:000000000000:table/${table}/stream/2026-01-01T00:00:00.000`;

/**
 * Streams of tables, as the API of DynamoDB Streams tells them: every row that was written, in shards that are
 * split, trimmed, and whose iterators expire, when a test says so.
 */
export class StreamBook {
  readonly #isOn: boolean;
  readonly #tables = new Map<string, TestShard[]>();
  #sequence = 100_000_000_000_000_000_000n;
  #generation = 0;

  constructor(isOn: boolean) {
    this.#isOn = isOn;
  }

  /** Every iterator that was given so far is too old. */
  expire(): void {
    this.#generation += 1;
  }

  /** The shard of each table ends, and two others go on, of which the second is used. */
  split(): void {
    for (const table of this.#tables.keys()) {
      const shards = this.#shardsOf(table);
      const last = shards.at(-1)!;
      last.isClosed = true;
      shards.push(this.#aShard(last.id, shards.length), this.#aShard(last.id, shards.length + 1));
    }
  }

  /** Everything that was written so far is gone from the streams, as after a day. */
  trim(): void {
    for (const shards of this.#tables.values()) {
      for (const shard of shards) shard.trimmed = shard.entries.length;
    }
  }

  /** The answer to an operation of streams; null when it is none. */
  answer(target: string, body: Item): { status: number; body: object } | null {
    const [service, operation] = target.split('.');
    if (service !== 'DynamoDBStreams_20120810') return null;
    if (operation === 'DescribeStream') return this.#describe(body);
    if (operation === 'GetShardIterator') return this.#iterate(body);
    return this.#records(body);
  }

  /** Takes note of what was written. */
  note(target: string, body: Item): void {
    const operation = target.split('.')[1];
    const table = String(body['TableName']);
    if (operation === 'CreateTable') this.#shardsOf(table);
    if (operation === 'PutItem') this.#write(table, body['Item'] as Item);
    if (operation === 'DeleteItem') this.#write(table, null);
    if (operation !== 'BatchWriteItem') return;
    const requests = body['RequestItems'] as Record<string, { PutRequest: { Item: Item } }[]>;
    for (const [name, puts] of Object.entries(requests)) {
      for (const put of puts) this.#write(name, put.PutRequest.Item);
    }
  }

  /** What a table says of itself, with its stream. */
  described(target: string, text: string): string {
    if (!this.#isOn || !target.endsWith('.DescribeTable')) return text;
    const { Table: table } = JSON.parse(text) as { Table: Item };
    const LatestStreamArn = arnOf(String(table['TableName']));
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };
    return JSON.stringify({ Table: { ...table, LatestStreamArn, StreamSpecification } });
  }

  #aShard(parent: string | null, number: number): TestShard {
    const id = `shardId-${String(number).padStart(20, '0')}-test`;
    return { id, parent, entries: [], isClosed: false, trimmed: 0 };
  }

  #shardsOf(table: string): TestShard[] {
    const known = this.#tables.get(table) ?? [this.#aShard(null, 0)];
    this.#tables.set(table, known);
    return known;
  }

  #write(table: string, image: Item | null): void {
    const shard = this.#shardsOf(table).at(-1)!;
    const sequence = String((this.#sequence += 1n));
    shard.entries.push({ sequence, name: image === null ? 'REMOVE' : 'MODIFY', image, at: Date.now() });
  }

  #find(arn: unknown): TestShard[] | null {
    const table = [...this.#tables.keys()].find((name) => arnOf(name) === arn);
    return table === undefined ? null : this.#shardsOf(table);
  }

  /** One shard a page, so that the pages are turned. */
  #describe({ StreamArn: arn, ExclusiveStartShardId: from }: Item): { status: number; body: object } {
    const shards = this.#find(arn);
    if (shards === null) return refuse('ResourceNotFoundException');
    const index = from === undefined ? 0 : shards.findIndex(({ id }) => id === from) + 1;
    const shard = shards[index]!;
    const isLast = index === shards.length - 1;
    const Shards = [{ ShardId: shard.id, ...(shard.parent !== null && { ParentShardId: shard.parent }) }];
    const more = isLast ? {} : { LastEvaluatedShardId: shard.id };
    return { status: 200, body: { StreamDescription: { StreamArn: arn, Shards, ...more } } };
  }

  #iterate(body: Item): { status: number; body: object } {
    const { StreamArn: arn, ShardId: id, ShardIteratorType: type, SequenceNumber: sequence } = body;
    const shard = this.#find(arn)?.find((it) => it.id === id);
    if (shard === undefined) return refuse('ResourceNotFoundException');
    const place =
      type === 'TRIM_HORIZON' ? shard.trimmed : shard.entries.findIndex((it) => it.sequence === sequence) + 1;
    if (place < shard.trimmed) return refuse('TrimmedDataAccessException');
    return { status: 200, body: { ShardIterator: this.#iterator(String(arn), shard.id, place) } };
  }

  #iterator(arn: string, shard: string, place: number): string {
    return JSON.stringify({ arn, shard, place, generation: this.#generation });
  }

  #records({ ShardIterator: iterator }: Item): { status: number; body: object } {
    const {
      arn,
      shard: id,
      place,
      generation,
    } = JSON.parse(String(iterator)) as {
      arn: string;
      shard: string;
      place: number;
      generation: number;
    };
    if (generation !== this.#generation) return refuse('ExpiredIteratorException');
    const shard = this.#find(arn)!.find((it) => it.id === id)!;
    if (place < shard.trimmed) return refuse('TrimmedDataAccessException');
    const entries = shard.entries.slice(place, place + 100);
    const next = place + entries.length;
    const Records = entries.map(({ sequence, name, image, at }) => ({
      eventName: name,
      dynamodb: {
        SequenceNumber: sequence,
        ApproximateCreationDateTime: Math.floor(at / 1000),
        ...(image !== null && { NewImage: image }),
      },
    }));
    const isEnd = shard.isClosed && next === shard.entries.length;
    return {
      status: 200,
      body: { Records, ...(!isEnd && { NextShardIterator: this.#iterator(arn, id, next) }) },
    };
  }
}
