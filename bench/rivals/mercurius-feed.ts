import Fastify from 'fastify';
import { mercurius } from 'mercurius';
import { feedTypes, frameOf } from './feed.ts';
import { announce } from './listen.ts';
import { createExchanges, insertExchange, openPool, type Exchange } from './table.ts';

// Mercurius subscriptions as documented. With a database it stores each call before it tells of it.
const pool = process.env['DATABASE_URL'] === undefined ? null : openPool();
if (pool !== null) await createExchanges(pool);

const app = Fastify();
await app.register(mercurius, {
  jit: 1,
  schema: feedTypes,
  subscription: true,
  resolvers: {
    Query: { ready: () => true },
    Subscription: { feed: { subscribe: (_root, _args, { pubsub }) => pubsub.subscribe('FEED') } },
  },
});
app.post<{ Body: Exchange }>('/webhook/conversation', async ({ body }) => {
  if (pool !== null) await insertExchange(pool, body);
  app.graphql.pubsub.publish({ topic: 'FEED', payload: { feed: frameOf(body) } });
  return { status: 'success', id: body.id };
});
await app.listen({ host: '127.0.0.1', port: 0 });
announce((app.server.address() as { port: number }).port);
