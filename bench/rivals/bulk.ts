import { listen, serveJson } from './listen.ts';
import { createMessages, openPool } from './table.ts';

// A bare node:http server: all the rows of a request in one jsonb_to_recordset insert into one table.
const pool = openPool();
await createMessages(pool);

listen(
  serveJson(async ({ messages }: { messages: object[] }) => {
    const { rowCount } = await pool.query({
      name: 'insert',
      text: `insert into messages (conversation_id, sender, text, model, latency_ms, tokens_used)
        select * from jsonb_to_recordset($1::jsonb) as r ("conversationId" text, sender text, text text,
          model text, "latencyMs" float8, "tokensUsed" jsonb)`,
      values: [JSON.stringify(messages)],
    });
    return { status: 'success', stored: rowCount };
  }),
);
