import type { QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Row } from './call-rows.ts';
import { clientOptions } from './client.ts';
import { plainItem, type Item } from './dynamo-item.ts';
import type { AmazonSettings, TableName } from './settings.ts';
import { tableNames } from './settings.ts';

export type DynamoSettings = NonNullable<AmazonSettings['dynamo']>;

/** Where a read of a whole table goes on. */
export type Place = Item | null;

/** The three tables of calls. */
export type Tables = Disposable & {
  /** A stretch of the details, of so many rows at most, and where the next one begins. */
  details(after: Place, limit: number | null): Promise<{ rows: Row[]; next: Place }>;
  /** The calls that a stretch of a table of speech is about. */
  spoken(table: 'customer' | 'agent', after: Place): Promise<{ callIds: string[]; next: Place }>;
  /** What one side of a call said, from so many seconds on. */
  speech(table: 'customer' | 'agent', callId: string, from: number): Promise<Row[]>;
  /** Which of these calls have a row of details. */
  detailed(callIds: string[]): Promise<Set<string>>;
  /** The streams of the three tables, where each has one that carries whole rows; null otherwise. */
  streams(): Promise<Record<TableName, string> | null>;
};

/** How many keys DynamoDB takes at a time. */
const KEYS = 100;

/** Opens the tables. Nothing is asked for yet. */
export async function openTables(settings: DynamoSettings, stopping: AbortSignal): Promise<Tables> {
  const sdk = await import('@aws-sdk/client-dynamodb');
  const client = new sdk.DynamoDBClient(await clientOptions(settings));
  const stop = { abortSignal: stopping };
  const nameOf = (table: TableName): string => settings.tables[table];
  const rowsOf = (table: TableName, items: Item[] | undefined): Row[] =>
    (items ?? []).map((item) => ({ table, item: plainItem(item) }));

  async function streamOf(table: TableName): Promise<string | null> {
    const { Table: about } = await client.send(
      new sdk.DescribeTableCommand({ TableName: nameOf(table) }),
      stop,
    );
    const { StreamEnabled: isOn, StreamViewType: view } = about?.StreamSpecification ?? {};
    const isWhole = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
    return isOn === true && isWhole ? (about?.LatestStreamArn ?? null) : null;
  }

  async function scan(
    table: TableName,
    after: Place,
    more: { Limit?: number; ProjectionExpression?: string },
  ): Promise<{ items: Item[]; next: Place }> {
    const { Items: items, LastEvaluatedKey: next } = await client.send(
      new sdk.ScanCommand({
        TableName: nameOf(table),
        // Rows from before the read must not be missed: the streams tell only of what comes after it.
        ConsistentRead: true,
        ...(after !== null && { ExclusiveStartKey: after }),
        ...more,
      }),
      stop,
    );
    return { items: items ?? [], next: next ?? null };
  }

  return {
    async details(after, limit) {
      const { items, next } = await scan('details', after, limit === null ? {} : { Limit: limit });
      return { rows: rowsOf('details', items), next };
    },
    async spoken(table, after) {
      const { items, next } = await scan(table, after, { ProjectionExpression: 'ContactId' });
      const callIds = items.flatMap(({ ContactId: id }) => (id?.S === undefined ? [] : [id.S]));
      return { callIds: [...new Set(callIds)], next };
    },
    async speech(table, callId, from) {
      const rows: Row[] = [];
      let after: Place = null;
      do {
        const page: QueryCommandOutput = await client.send(
          new sdk.QueryCommand({
            TableName: nameOf(table),
            ConsistentRead: true,
            KeyConditionExpression: 'ContactId = :call and StartTime >= :from',
            ExpressionAttributeValues: { ':call': { S: callId }, ':from': { N: String(from) } },
            ...(after !== null && { ExclusiveStartKey: after }),
          }),
          stop,
        );
        rows.push(...rowsOf(table, page.Items));
        after = page.LastEvaluatedKey ?? null;
      } while (after !== null);
      return rows;
    },
    async detailed(callIds) {
      const found = new Set<string>();
      const name = nameOf('details');
      let keys: Item[] = callIds.map((id) => ({ contactId: { S: id } }));
      while (keys.length > 0) {
        const asked = { Keys: keys.slice(0, KEYS), ProjectionExpression: 'contactId', ConsistentRead: true };
        const { Responses: answers, UnprocessedKeys: left } = await client.send(
          new sdk.BatchGetItemCommand({ RequestItems: { [name]: asked } }),
          stop,
        );
        for (const { contactId } of answers?.[name] ?? [])
          if (contactId?.S !== undefined) found.add(contactId.S);
        keys = [...(left?.[name]?.Keys ?? []), ...keys.slice(KEYS)];
      }
      return found;
    },
    async streams() {
      const found = await Promise.all(
        tableNames.map(async (table) => [table, await streamOf(table)] as const),
      );
      return found.every(([, arn]) => arn !== null)
        ? (Object.fromEntries(found) as Record<TableName, string>)
        : null;
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}
