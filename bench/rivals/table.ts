import pg from 'pg';

/** Connections of a rival, as many as the documents of pg use. */
const POOL_SIZE = 10;

/** A pool to the rival's own database; without it there is nothing more to do. */
export function openPool(): pg.Pool {
  const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: POOL_SIZE });
  pool.on('error', () => process.exit(1));
  return pool;
}

/** What one call says, as the bare servers store it. */
export type Exchange = {
  id: string;
  user_message?: string;
  polly_response?: string;
  model?: string;
  latency_ms?: number;
  tokens_used?: object;
};

/** Makes the one table of the bare servers. */
export async function createExchanges(pool: pg.Pool): Promise<void> {
  await pool.query(`create table exchanges (
    row_id bigserial primary key, id text not null, user_message text, polly_response text, model text,
    latency_ms float8, tokens_used jsonb, at timestamptz not null default now())`);
}

/** Stores one exchange with a prepared statement. */
export async function insertExchange(pool: pg.Pool, body: Exchange): Promise<void> {
  await pool.query({
    name: 'insert',
    text: `insert into exchanges (id, user_message, polly_response, model, latency_ms, tokens_used)
      values ($1, $2, $3, $4, $5, $6) returning id`,
    values: [
      body.id,
      body.user_message,
      body.polly_response,
      body.model,
      body.latency_ms,
      JSON.stringify(body.tokens_used),
    ],
  });
}

/** Makes the one table of messages that Mercurius and the bulk rival write. */
export async function createMessages(pool: pg.Pool): Promise<void> {
  await pool.query(`create table messages (
    id bigserial primary key, conversation_id text not null, sender text not null, text text not null,
    model text, latency_ms float8, tokens_used jsonb, at timestamptz not null default now())`);
}
