import type { Row } from './call-rows.ts';
import { clientOptions } from './client.ts';
import { plainItem, type Item } from './dynamo-item.ts';
import type { DynamoSettings } from './dynamo-tables.ts';
import type { TableName } from './settings.ts';
import type { Shard, ShardedStream } from './shards.ts';

/** A row as it was written, and when. Rows that were deleted there stay here, and come to nothing. */
export type WrittenRow = Row & { at: number };

/** Opens the stream of a table. Nothing is asked for yet. */
export async function openTableStream(
  settings: DynamoSettings,
  table: TableName,
  arn: string,
  stopping: AbortSignal,
): Promise<ShardedStream<WrittenRow | null>> {
  const sdk = await import('@aws-sdk/client-dynamodb-streams');
  const access = { ...settings, endpoint: settings.streamsEndpoint };
  const client = new sdk.DynamoDBStreamsClient(await clientOptions(access));
  const stop = { abortSignal: stopping };
  return {
    async shards() {
      const shards: Shard[] = [];
      let from: string | undefined;
      do {
        const { StreamDescription: about } = await client.send(
          new sdk.DescribeStreamCommand({ StreamArn: arn, ...(from && { ExclusiveStartShardId: from }) }),
          stop,
        );
        for (const { ShardId: id, ParentShardId: parent } of about?.Shards ?? []) {
          if (id !== undefined) shards.push({ id, parents: parent === undefined ? [] : [parent] });
        }
        from = about?.LastEvaluatedShardId;
      } while (from !== undefined);
      return shards;
    },
    async iterator(shardId, after) {
      const place =
        after === null
          ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
          : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after } as const);
      const { ShardIterator: iterator } = await client.send(
        new sdk.GetShardIteratorCommand({ StreamArn: arn, ShardId: shardId, ...place }),
        stop,
      );
      return iterator!;
    },
    async records(iterator) {
      const { Records: found, NextShardIterator: next } = await client.send(
        new sdk.GetRecordsCommand({ ShardIterator: iterator }),
        stop,
      );
      const records = (found ?? []).flatMap(({ dynamodb: change }) => {
        if (change?.SequenceNumber === undefined) return [];
        const { NewImage: image, ApproximateCreationDateTime: at } = change;
        const record =
          image === undefined ? null : { table, item: plainItem(image as Item), at: at?.getTime() ?? 0 };
        return { sequence: change.SequenceNumber, record };
      });
      return { records, next: next ?? null };
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}
