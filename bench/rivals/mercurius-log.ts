import Fastify from 'fastify';
import { mercurius } from 'mercurius';
import { announce } from './listen.ts';
import { createMessages, openPool } from './table.ts';

// Mercurius as documented, its JIT on, with pg: one prepared insert a mutation into one table.
const pool = openPool();
await createMessages(pool);

type Input = {
  conversationId: string;
  sender: string;
  text: string;
  model?: string;
  latencyMs?: number;
  tokensUsed?: object;
};

const app = Fastify();
await app.register(mercurius, {
  jit: 1,
  schema: `
    scalar JSONObject
    enum Sender { USER BOT }
    input LogMessageInput {
      conversationId: String! sender: Sender! text: String! model: String latencyMs: Float
      tokensUsed: JSONObject }
    type Message { id: ID! sender: Sender! text: String! }
    type LogMessagePayload { logged: Message! }
    type Query { ready: Boolean! }
    type Mutation { logMessage(input: LogMessageInput!): LogMessagePayload! }`,
  resolvers: {
    Query: { ready: () => true },
    Mutation: {
      async logMessage(_root: unknown, { input }: { input: Input }) {
        const { rows } = await pool.query<{ id: string }>({
          name: 'insert',
          text: `insert into messages (conversation_id, sender, text, model, latency_ms, tokens_used)
            values ($1, $2, $3, $4, $5, $6) returning id, sender, text`,
          values: [
            input.conversationId,
            input.sender,
            input.text,
            input.model,
            input.latencyMs,
            input.tokensUsed,
          ],
        });
        return { logged: rows[0] };
      },
    },
  },
});
await app.listen({ host: '127.0.0.1', port: 0 });
announce((app.server.address() as { port: number }).port);
