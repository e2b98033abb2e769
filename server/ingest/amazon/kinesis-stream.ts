import { clientOptions } from './client.ts';
import type { AmazonAccess } from './settings.ts';
import type { Shard, ShardedStream } from './shards.ts';

/** A request takes at most so many records. */
const PAGE = 1000;

/** Opens a stream of Kinesis. Nothing is asked for yet. */
export async function openKinesisStream(
  access: AmazonAccess,
  name: string,
  stopping: AbortSignal,
): Promise<ShardedStream<Uint8Array>> {
  const sdk = await import('@aws-sdk/client-kinesis');
  const client = new sdk.KinesisClient(await clientOptions(access));
  const stop = { abortSignal: stopping };
  return {
    async shards() {
      const shards: Shard[] = [];
      let token: string | undefined;
      do {
        const { Shards: found, NextToken: next } = await client.send(
          new sdk.ListShardsCommand(token === undefined ? { StreamName: name } : { NextToken: token }),
          stop,
        );
        for (const { ShardId: id, ParentShardId: parent, AdjacentParentShardId: other } of found ?? []) {
          const parents = [parent, other].filter((it) => it !== undefined);
          if (id !== undefined) shards.push({ id, parents });
        }
        token = next;
      } while (token !== undefined);
      return shards;
    },
    async iterator(shardId, after) {
      const place =
        after === null
          ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
          : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: after } as const);
      const { ShardIterator: iterator } = await client.send(
        new sdk.GetShardIteratorCommand({ StreamName: name, ShardId: shardId, ...place }),
        stop,
      );
      return iterator!;
    },
    async records(iterator) {
      const { Records: found, NextShardIterator: next } = await client.send(
        new sdk.GetRecordsCommand({ ShardIterator: iterator, Limit: PAGE }),
        stop,
      );
      const records = (found ?? []).map(({ SequenceNumber: sequence, Data: record }) => ({
        sequence: sequence!,
        record: record!,
      }));
      return { records, next: next ?? null };
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}
