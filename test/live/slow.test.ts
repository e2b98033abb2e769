import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startServer, type TestServer } from '../support/server.ts';
import { follow, watch } from '../support/viewer.ts';

/** More than the buffers of a connection hold. */
const EXCHANGES = 150;
const words = 'x'.repeat(300_000);

async function talk(server: TestServer): Promise<void> {
  for (let index = 0; index < EXCHANGES; index += 1) {
    const answer = await server.post('/webhook/conversation', { id: `c${index}`, user_message: words });
    expect(answer.status).toBe(200);
  }
}

test('a viewer of the feed that stops reading is cut by name, and resumes from the cursor without a hole', async () => {
  await using server = await startServer({ viewerCapacity: 4 });
  await using quick = follow(server.url);
  await quick.next();
  const { seqs, cursor } = await readLate(server);
  await using resumed = follow(server.url, { after: cursor });
  while (seqs.at(-1)! < EXCHANGES) seqs.push((await resumed.event()).seq);
  expect(seqs).toEqual(Array.from({ length: EXCHANGES }, (_, index) => index + 1));
  for (let seq = 1; seq <= EXCHANGES; seq += 1) expect((await quick.event()).seq).toBe(seq);
});

/** Subscribes by hand, stops reading while others talk, then reads what is there until the feed ends. */
async function readLate(server: TestServer): Promise<{ seqs: number[]; cursor: string }> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  type Message = {
    type: string;
    payload?: {
      data?: { feed: { events: { seq: number }[] } };
      errors?: { extensions: { code: string; cursor: string } }[];
    };
  };
  const seqs: number[] = [];
  const query = 'subscription { feed { events { seq ... on MessagesLogged { messages { text } } } } }';
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as Message;
      if (type === 'connection_ack') {
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
        return;
      }
      if (type !== 'next') return;
      const frame = payload?.data?.feed;
      if (frame?.events.length === 0) {
        socket.pause();
        talk(server).then(() => socket.resume(), reject);
      }
      for (const { seq } of frame?.events ?? []) seqs.push(seq);
      const [error] = payload?.errors ?? [];
      if (error === undefined) return;
      expect(error.extensions.code).toBe('SLOW_VIEWER');
      socket.close();
      resolve({ seqs, cursor: error.extensions.cursor });
    });
  });
}

test('a plain viewer that stops reading is closed with 1013', async () => {
  await using server = await startServer({ viewerCapacity: 4 });
  await using viewer = await watch(server.url, '/ws');
  viewer.socket.pause();
  await talk(server);
  viewer.socket.resume();
  expect(await viewer.closed).toMatchObject({ code: 1013 });
});
