import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import kinesalite from 'kinesalite';
import { expect, test } from 'vitest';
import { amazonSecrets } from '../support/dynamo.ts';
import { createDatabase, startServer } from '../support/server.ts';
import { check, shortPause, sourcesOf, storedCalls } from './calls.ts';

const LATE = { timeout: 30_000 };

/** A stream of two shards on a server that speaks like Kinesis. */
async function openStream(): Promise<
  AsyncDisposable & { env: Record<string, string>; put(...records: unknown[]): Promise<void> }
> {
  const server = kinesalite({ createStreamMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new KinesisClient({
    region: 'us-west-2',
    endpoint,
    credentials: {
      accessKeyId: amazonSecrets.AWS_ACCESS_KEY_ID,
      secretAccessKey: amazonSecrets.AWS_SECRET_ACCESS_KEY,
    },
    requestHandler: new NodeHttpHandler(),
  });
  await client.send(new CreateStreamCommand({ StreamName: 'calls', ShardCount: 2 }));
  return {
    env: {
      ...amazonSecrets,
      AWS_REGION_NAME: 'us-west-2',
      KINESIS_STREAMS: 'calls',
      AWS_ENDPOINT_URL_KINESIS: endpoint,
    },
    async put(...records) {
      const Records = records.map((record) => {
        const { CallId: call, ContactId: contact } = (record ?? {}) as Record<string, string>;
        const text = typeof record === 'string' ? record : JSON.stringify(record);
        return { Data: Buffer.from(text), PartitionKey: call ?? contact ?? 'none' };
      });
      await client.send(new PutRecordsCommand({ StreamName: 'calls', Records }));
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const said = (call: string, second: number): object => ({
  EventType: 'ADD_TRANSCRIPT_SEGMENT',
  CallId: call,
  SegmentId: `${call}-${second}`,
  Channel: second % 2 === 0 ? 'CALLER' : 'AGENT',
  StartTime: second,
  EndTime: second + 1,
  Transcript: `second ${second}`,
  IsPartial: false,
});

test(
  'a stream of both vocabularies is read from its beginning, and on across restarts',
  { timeout: 60_000 },
  async () => {
    await using own = await createDatabase();
    await using stream = await openStream();
    const written = new Map<string, string>();
    const speak = async (second: number): Promise<void> => {
      const calls = ['a', 'b', 'c', 'd'];
      await stream.put(...calls.map((call) => said(call, second)));
      for (const call of calls) written.set(`${call}-${second}`, `second ${second}`);
    };
    await speak(0);
    await stream.put('no JSON', '[]', { EventType: 'NEVER_HEARD', CallId: 'x' }, '\u0000');
    await stream.put({
      Version: '1.0.0',
      Channel: 'VOICE',
      ContactId: 'lens',
      EventType: 'SEGMENTS',
      Segments: [
        {
          Transcript: {
            Id: 'lens-0',
            ParticipantRole: 'CUSTOMER',
            Content: 'hi',
            BeginOffsetMillis: 5,
            EndOffsetMillis: 9,
          },
        },
      ],
    });
    written.set('lens-0', 'hi');
    for (let restart = 0; restart < 3; restart += 1) {
      const server = await startServer({ env: stream.env, database: own, pause: shortPause });
      await speak(restart * 2 + 1);
      await expect.poll(() => check(own.url, written), LATE).toEqual({ lost: 0, dup: 0 });
      await server[Symbol.asyncDispose]();
      await speak(restart * 2 + 2);
    }
    await using last = await startServer({ env: stream.env, database: own, pause: shortPause });
    await expect.poll(() => check(own.url, written), LATE).toEqual({ lost: 0, dup: 0 });
    await expect
      .poll(() => sourcesOf(last), LATE)
      .toMatchObject([{ name: 'kinesis:calls', status: 'FOLLOWING', skipped: 4, records: 33 }]);
    expect((await storedCalls(own.url))['lens']!.segments).toEqual(['CUSTOMER 5 hi']);
  },
);
