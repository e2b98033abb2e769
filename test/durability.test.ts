import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { temporaryFolder } from './support/folder.ts';
import { freePort, startProcess } from './support/process.ts';
import { follow } from './support/viewer.ts';

const CLIENTS = 64;
const KILLS = 5;
/** Acknowledged writes between two kills, so that each kill falls into the middle of work. */
const WRITES = 300;

test(
  'nothing acknowledged is lost, doubled or skipped while the server is killed five times under load',
  { timeout: 180_000 },
  async () => {
    using folder = temporaryFolder();
    const port = await freePort();
    const env = { PORT: String(port), DATA_DIR: folder.path };
    const url = `http://127.0.0.1:${port}`;
    let server = await startProcess(env);
    const acknowledged: string[] = [];
    let isOver = false;

    async function write(): Promise<void> {
      while (!isOver) {
        // Without an id of its own only the idempotency key keeps a repeated call from making a second exchange.
        const question = randomUUID();
        const body = JSON.stringify({ user_message: question, polly_response: 'answer' });
        await deliver(`${url}/webhook/conversation`, body, question);
        acknowledged.push(question);
      }
    }

    const seen: { seq: number; question: string | null }[] = [];
    const first = await beginning(url);
    async function watchUntil(isEnough: () => boolean): Promise<void> {
      let after = first;
      while (!isEnough()) {
        await using viewer = follow(url, { after });
        try {
          while (!isEnough()) {
            const frame = await viewer.next();
            for (const event of frame.events) {
              const messages = event['messages'] as { text: string }[] | undefined;
              seen.push({ seq: event.seq, question: messages?.[0]?.text ?? null });
            }
            after = frame.cursor;
          }
        } catch {
          // The server was killed: come back with the cursor.
          await pause(20);
        }
      }
    }

    const writers = Array.from({ length: CLIENTS }, write);
    let isSeen = (): boolean => false;
    const watching = watchUntil(() => isSeen());
    for (let kill = 1; kill <= KILLS; kill += 1) {
      while (acknowledged.length < kill * WRITES) await pause(5);
      server.child.kill('SIGKILL');
      await server.exited;
      server = await startProcess(env);
    }
    isOver = true;
    await Promise.all(writers);

    const head = await headOf(url);
    isSeen = () => (seen.at(-1)?.seq ?? 0) >= head;
    // Whoever waits for the next event gets one more, which ends the watch.
    await deliver(`${url}/webhook/conversation`, JSON.stringify({ user_message: 'bye' }), 'last');
    await watching;
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);

    const counts = new Map<string, number>();
    for (const { question } of seen) if (question) counts.set(question, (counts.get(question) ?? 0) + 1);
    const lost = acknowledged.filter((question) => !counts.has(question)).length;
    const dup = [...counts.values()].filter((count) => count > 1).length;
    const gap = seen.filter(({ seq }, index) => seq !== index + 1).length;
    console.log(
      `acknowledged=${acknowledged.length} events=${seen.length} lost=${lost} dup=${dup} gap=${gap}`,
    );
    expect({ lost, dup, gap }).toEqual({ lost: 0, dup: 0, gap: 0 });
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS * WRITES);
  },
);

/** Sends until it is acknowledged, always with the same key. */
async function deliver(url: string, body: string, key: string): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(url, { method: 'POST', body, headers: { 'idempotency-key': key } });
      await response.arrayBuffer();
      if (response.status === 200) return;
      if (response.status !== 503) throw new RangeError(`answered ${response.status}`);
    } catch (error) {
      if (error instanceof RangeError) throw error;
    }
    await pause(10);
  }
}

async function ask(url: string): Promise<string> {
  const query = '{ conversations(first: 1) { cursor } }';
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    body: JSON.stringify({ query }),
    headers: { 'content-type': 'application/json' },
  });
  const { data } = (await response.json()) as { data: { conversations: { cursor: string } } };
  return data.conversations.cursor;
}

const headOf = async (url: string): Promise<number> => Number((await ask(url)).split(':')[1]);

/** The cursor before the first event. */
const beginning = async (url: string): Promise<string> => `${(await ask(url)).split(':')[0]}:0`;
