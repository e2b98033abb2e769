import { listen, serveJson } from './listen.ts';
import { createExchanges, insertExchange, openPool, type Exchange } from './table.ts';

// A bare node:http server: one prepared INSERT … RETURNING a request, through a pool, into one table.
const pool = openPool();
await createExchanges(pool);

listen(
  serveJson(async (body: Exchange) => {
    await insertExchange(pool, body);
    return { status: 'success', id: body.id };
  }),
);
