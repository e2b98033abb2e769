import { parseArgs } from 'node:util';
import pg from 'pg';
import { readConfig } from '../server/config.ts';
import { Lifetime } from '../server/lifetime.ts';
import { createServer } from '../server/server.ts';
import { applyMigrations } from '../server/store/migrations.ts';
import { endWhenInterrupted } from './ending.ts';
import { startPostgres } from './postgres.ts';
import { format, formatTable, formatVerdicts, machineFacts, median, type Verdict } from './report.ts';

// How long lists of conversations, each filter of them, and searches take among 1,000,000 messages, beside the same
// among 10,000. The rows are made by the database, in the form in which the journal leaves them behind.

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '60' } },
});
const SIZES = { few: 10_000, many: Number(values.messages) };
const ROUNDS = Number(values.rounds);
/** Messages of one conversation; and so many conversations are what is rare, in either database. */
const EACH = 20;
const RARE = 5;

await using lifetime = new Lifetime();
endWhenInterrupted(lifetime);
const postgres = lifetime.use(await startPostgres());

const fewUrl = await postgres.createDatabase('few');
await applyMigrations({ connectionString: fewUrl });
const client = new pg.Client({ connectionString: fewUrl.replace('/few?', '/postgres?') });
await client.connect();
await client.query('create database many template few');
await client.end();

/** A server on a database of its own, filled. */
async function start(name: string, messages: number): Promise<string> {
  const databaseUrl = fewUrl.replace('/few?', `/${name}?`);
  const env = { PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: databaseUrl };
  const { url } = lifetime.use(await createServer(readConfig(env, false)));
  const filling = new pg.Client({ connectionString: databaseUrl });
  await filling.connect();
  const run = (statement: string) => filling.query<{ indexdef: string }>(statement);
  const conversations = messages / EACH;
  const begin = performance.now();
  await run(`insert into end_users (project_id, id, external_id, created_at)
    select 1, i, 'user-' || i, now() from generate_series(1, ${conversations / 5}) i`);
  await run(`insert into conversations (project_id, id, external_id, end_user_id, channel, platform, status, messages,
      exchanges, last_message, last_text, last_sender, started_at, owner, owner_since, priority, active_at, active_seq,
      said, sentiment_sum, sentiment, waiting, usd, liked, disliked)
    select 1, i, 'conversation-' || i, 1 + i % ${conversations / 5},
      case when is_rare then 'CALL' else 'CHAT' end::"Channel", case when is_rare then 'kiosk' else 'web' end,
      case when i % 2 = 0 then 'ACTIVE' else 'CLOSED' end::"ConversationStatus", ${EACH}, ${EACH / 2}, i * ${EACH},
      'hello', 'BOT', at, case when is_rare then 'PENDING' when i % 7 = 0 then 'HUMAN' else 'BOT' end::"Owner", at,
      i % 3, at + interval '1 hour', i * ${EACH}, 10, 0, case when is_rare then -0.95 else (i % 100 - 50) / 100.0 end,
      case when is_rare then 1 else 0 end, case when is_rare then 9 else (i % 100) / 1000.0 end,
      case when i % 10 = 0 then 1 else 0 end, case when is_rare then 1 else 0 end
    from (select i, i % ${conversations / RARE} = 3 as is_rare,
      timestamptz '2026-01-01' + i * interval '1 year' / ${conversations} as at
      from generate_series(1, ${conversations}) i) as made`);
  const { rows: indexes } = await run(
    "select indexdef from pg_indexes where indexname = 'messages_words_idx'",
  );
  await run("set maintenance_work_mem = '512MB'");
  await run('drop index messages_words_idx');
  // Words are as unlike in their frequency as those of people.
  const together = 50_000;
  for (let done = 0; done < messages; done += together) {
    const until = Math.min(messages, done + together);
    await run(`insert into messages (project_id, id, conversation_id, exchange, sender, text, at, metadata, sentiment,
        topics, requires_human, human_replied, language)
      select 1, i, 1 + (i - 1) / ${EACH}, 1, case when i % 2 = 0 then 'BOT' else 'USER' end::"Sender",
        'Could you tell me about order number ' || i || '? '
          || case when i % ${Math.floor(messages / RARE)} = 77 then 'needlework ' else '' end
          || case when i % 97 = 0 then 'oat milk ' else '' end
          || (select string_agg('w' || floor(20000 ^ random())::int, ' ') from generate_series(1, 10 + i * 0)),
        timestamptz '2026-01-01', case
          when (1 + (i - 1) / ${EACH}) % ${conversations / RARE} = 3 then '{"plan": "vip"}'
          when i % 10 = 0 then '{"plan": "free"}' else '{}' end::jsonb, 0, '{}', false, false, 'en'
      from generate_series(${done + 1}, ${until}) i`);
    process.stdout.write(`\r${name}: made ${until} of ${messages} messages `);
  }
  await run(`update projects set last_conversation = ${conversations}, last_message = ${messages},
    last_end_user = ${conversations / 5}, head = ${messages} where id = 1`);
  await run(indexes[0]!.indexdef);
  await run('vacuum analyze');
  await filling.end();
  await postgres.checkpoint();
  console.log(`in ${format((performance.now() - begin) / 1000)} s`);
  return url;
}

const few = await start('few', SIZES.few);
const many = await start('many', SIZES.many);

const list = (filter: string, order = ''): string =>
  `{ conversations(first: 20, filter: {${filter}}${order}) { nodes { externalId lastText } } }`;
const find = (query: string, filter = ''): string =>
  `{ search(first: 20, query: ${JSON.stringify(query)}, filter: {${filter}}) { nodes { message { text }
    conversation { externalId } snippet { text isMatch } } } }`;

const questions: Record<string, string> = {
  'list: all': list(''),
  'list: status': list('status: CLOSED'),
  'list: owner, rare': list('owner: PENDING'),
  'list: owner, by urgency': list('owner: HUMAN', ', order: URGENCY'),
  'list: platform, frequent': list('platform: "web"'),
  'list: platform, rare': list('platform: "kiosk"'),
  'list: platform, none': list('platform: "nowhere"'),
  'list: channel, rare': list('channel: CALL'),
  'list: end user': list('endUser: "user-7"'),
  'list: requires human, rare': list('requiresHuman: true'),
  'list: sentiment, frequent': list('maxSentiment: 0'),
  'list: sentiment, rare': list('maxSentiment: -0.9'),
  'list: cost, frequent': list('minCost: 0.01'),
  'list: cost, rare': list('minCost: 5'),
  'list: feedback, frequent': list('feedback: POSITIVE'),
  'list: feedback, rare': list('feedback: NEGATIVE'),
  'list: feedback, any': list('feedback: ANY'),
  'list: began, newest half': list('from: "2026-07-01T00:00:00Z"'),
  'list: began, one day': list('from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z"'),
  'list: began, oldest tenth': list('to: "2026-02-07T00:00:00Z"'),
  'list: active, oldest tenth': list('activeTo: "2026-02-07T00:00:00Z"'),
  'list: metadata, frequent': list('metadata: [{key: "plan", value: "free"}]'),
  'list: metadata, rare': list('metadata: [{key: "plan", value: "vip"}]'),
  'list: three filters': list('status: ACTIVE, platform: "web", minSentiment: 0.4'),
  'search: rare word': find('needlework'),
  'search: no such word': find('nosuchword'),
  'search: frequent word': find('order'),
  'search: frequent words': find('order number tell'),
  'search: beginning, frequent': find('num'),
  'search: beginning, rare': find('needlew'),
  'search: another form': find('orders'),
  'search: phrase': find('"oat milk"'),
  'search: phrase, none': find('"milk oat"'),
  'search: frequent and rare word': find('order needlework'),
  'search: without a word': find('order -oat'),
  'search: frequent word, rare filter': find('order', 'channel: CALL'),
  'search: frequent word, frequent filter': find('order', 'status: CLOSED'),
  'search: rare word, frequent filter': find('needlework', 'status: CLOSED'),
};

async function ask(url: string, query: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { errors } = (await response.json()) as { errors?: object[] };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return performance.now() - start;
}

const verdicts: Verdict[] = [];
const rows: string[][] = [];
for (const [name, query] of Object.entries(questions)) {
  const times: { few: number[]; many: number[] } = { few: [], many: [] };
  for (let round = -3; round < ROUNDS; round += 1) {
    const [small, large] = [await ask(few, query), await ask(many, query)];
    if (round < 0) continue;
    times.few.push(small);
    times.many.push(large);
  }
  const [small, large] = [median(times.few), median(times.many)];
  rows.push([name, format(small), format(large)]);
  verdicts.push({
    claim: `${name}: many ÷ few`,
    target: '≤ 3 ×',
    measured: `${(large / small).toFixed(2)} ×`,
    isMet: large / small <= 3,
  });
}
console.log(machineFacts(postgres.version, { messages: `${format(SIZES.few)} and ${format(SIZES.many)}` }));
console.log(formatTable(['median ms', 'few', 'many'], rows));
console.log(formatVerdicts(verdicts));
