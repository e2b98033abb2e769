import { listen, serveJson } from './listen.ts';
import { createExchanges, openPool, type Exchange } from './table.ts';

// A bare node:http server: what arrives while an insert runs goes together in the next one, into one table.
const pool = openPool();
await createExchanges(pool);

const LARGEST = 500;
type Waiting = { body: Exchange; resolve: () => void; reject: (error: unknown) => void };
const waiting: Waiting[] = [];
let isRunning = false;

async function run(): Promise<void> {
  isRunning = true;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, LARGEST);
    try {
      await pool.query({
        name: 'insert',
        text: `insert into exchanges (id, user_message, polly_response, model, latency_ms, tokens_used)
          select * from jsonb_to_recordset($1::jsonb) as r (id text, user_message text, polly_response text,
            model text, latency_ms float8, tokens_used jsonb)`,
        values: [JSON.stringify(batch.map(({ body }) => body))],
      });
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
  isRunning = false;
}

listen(
  serveJson(async (body: Exchange) => {
    await new Promise<void>((resolve, reject) => {
      waiting.push({ body, resolve, reject });
      if (!isRunning) void run();
    });
    return { status: 'success', id: body.id };
  }),
);
