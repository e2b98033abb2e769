import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { StreamBook } from './dynamo-streams.ts';

/** Credentials that nothing may ever show again. */
export const amazonSecrets = {
  AWS_ACCESS_KEY_ID: 'AKIATESTTESTTESTTEST',
  AWS_SECRET_ACCESS_KEY: 'Secret/of+the/tests/7f1c9a0b2d3e4f5061728394',
};

/** Names of the three tables when nobody sets others. */
export const tables = {
  details: 'travoiq-recording-contactDetails',
  customer: 'travoiq-recording-contactTranscriptSegments',
  agent: 'travoiq-recording-contactTranscriptSegmentsToCustomer',
} as const;

type Plain = Record<string, string | number | boolean | null>;

/** The three tables on a server that speaks like DynamoDB. */
export type TestTables = AsyncDisposable & {
  /** What a server needs to read them. */
  env: Record<string, string>;
  client: DynamoDBClient;
  streams: StreamBook;
  /** Operations that were asked for, in order. */
  asked: string[];
  put(table: keyof typeof tables, ...rows: Plain[]): Promise<void>;
  remove(table: keyof typeof tables, key: Plain): Promise<void>;
  /** The server goes away, with everybody's connection, and comes back at the same address. */
  vanish(): Promise<void>;
  comeBack(): Promise<void>;
};

const attribute = (value: Plain[string]): AttributeValue => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  return value === null ? { NULL: true } : { BOOL: value };
};
const itemOf = (row: Plain): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, attribute(value)]));

async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Starts dynalite, behind a server that keeps its streams, which dynalite does not have, when they are wanted. */
export async function openTables({ hasStreams = false } = {}): Promise<TestTables> {
  const inner = dynalite({ createTableMs: 0 });
  const innerPort = await listen(inner);
  const streams = new StreamBook(hasStreams);
  const asked: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const target = String(request.headers['x-amz-target']);
    asked.push(target.split('.')[1]!);
    const own = streams.answer(target, JSON.parse(body.toString() || '{}') as never);
    if (own !== null) {
      response.writeHead(own.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(own.body));
      return;
    }
    const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers;
    const answered = await fetch(`http://127.0.0.1:${innerPort}/`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body,
    });
    const text = await answered.text();
    if (answered.ok) streams.note(target, JSON.parse(body.toString()) as never);
    const told = answered.ok ? streams.described(target, text) : text;
    response.writeHead(answered.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(told);
  };
  const open = (): Server => createServer((request, response) => void handle(request, response));
  let outer = open();
  const port = await listen(outer);
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = {
    accessKeyId: amazonSecrets.AWS_ACCESS_KEY_ID,
    secretAccessKey: amazonSecrets.AWS_SECRET_ACCESS_KEY,
  };
  const client = new DynamoDBClient({ region: 'us-west-2', endpoint, credentials });
  const speech = [
    { AttributeName: 'ContactId', AttributeType: 'S' as const, KeyType: 'HASH' as const },
    { AttributeName: 'StartTime', AttributeType: 'N' as const, KeyType: 'RANGE' as const },
  ];
  const keys = {
    details: [{ AttributeName: 'contactId', AttributeType: 'S' as const, KeyType: 'HASH' as const }],
    customer: speech,
    agent: speech,
  };
  for (const [name, table] of Object.entries(tables)) {
    const definition = keys[name as keyof typeof tables];
    await client.send(
      new CreateTableCommand({
        TableName: table,
        KeySchema: definition.map(({ AttributeName, KeyType }) => ({ AttributeName, KeyType })),
        AttributeDefinitions: definition.map(({ AttributeName, AttributeType }) => ({
          AttributeName,
          AttributeType,
        })),
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  }
  const close = async (): Promise<void> => {
    const closed = once(outer, 'close');
    outer.close();
    outer.closeAllConnections();
    await closed;
  };
  return {
    env: {
      ...amazonSecrets,
      DYNAMODB_SOURCE: 'on',
      AWS_REGION_NAME: 'us-west-2',
      AWS_ENDPOINT_URL: endpoint,
    },
    client,
    streams,
    asked,
    async put(table, ...rows) {
      if (rows.length === 1) {
        await client.send(new PutItemCommand({ TableName: tables[table], Item: itemOf(rows[0]!) }));
        return;
      }
      for (let from = 0; from < rows.length; from += 25) {
        const requests = rows.slice(from, from + 25).map((row) => ({ PutRequest: { Item: itemOf(row) } }));
        await client.send(new BatchWriteItemCommand({ RequestItems: { [tables[table]]: requests } }));
      }
    },
    async remove(table, key) {
      await client.send(new DeleteItemCommand({ TableName: tables[table], Key: itemOf(key) }));
    },
    vanish: close,
    async comeBack() {
      outer = open();
      await listen(outer, port);
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      if (outer.listening) await close();
      const closed = new Promise((resolve) => inner.close(resolve));
      inner.closeAllConnections();
      await closed;
    },
  };
}
