import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { parseArgs } from 'node:util';
import type { Command } from '../server/domain/command.ts';
import { format, formatTable, formatVerdicts, machineFacts, median, type Verdict } from './report.ts';
import { setStageApart } from './stage.ts';

// How fast all messages are exported, what the server holds meanwhile, and how long another client waits beside it.

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    forms: { type: 'string', default: 'jsonl,csv,txt' },
  },
});
const MESSAGES = Number(values.messages);
const TOGETHER = 500;
/** Messages of one conversation. */
const EACH = 20;
/** So long the other client is measured alone before each export, in ms. */
const ALONE = 3000;

await using stage = await setStageApart('export');
const { postgres, journal, server, url, headers } = stage;

const message = (index: number): Command => ({
  kind: 'logMessage',
  conversationId: `conversation-${Math.floor(index / EACH)}`,
  sender: index % 2 === 0 ? 'USER' : 'BOT',
  text: `Message ${index}: could you tell me when the shop opens tomorrow, and whether it has "oat milk"?`,
  origin: 'bench',
  facts: {},
  metadata: {},
});

async function fill(): Promise<void> {
  for (let done = 0; done < MESSAGES; done += TOGETHER) {
    const size = Math.min(TOGETHER, MESSAGES - done);
    await journal.write(
      1,
      Array.from({ length: size }, (_, index) => message(done + index)),
    );
    process.stdout.write(`\rlogged ${done + size} of ${MESSAGES} messages `);
  }
  process.stdout.write('\n');
}

let logged = 0;

/** Whether so many ms have not passed yet. */
function during(ms: number): () => boolean {
  const start = performance.now();
  return () => performance.now() - start < ms;
}

/** Logs one exchange after the other until it is told to stop; gives the delays in ms. */
async function logWhile(isOn: () => boolean): Promise<number[]> {
  const times: number[] = [];
  while (isOn()) {
    const start = performance.now();
    const body = JSON.stringify({
      id: `other-${(logged += 1)}`,
      user_message: 'hello',
      polly_response: 'hi',
    });
    const response = await fetch(`${url}/webhook/conversation`, { method: 'POST', headers, body });
    const answer = await response.text();
    if (response.status !== 200)
      throw new Error(`the other client was answered ${response.status} ${answer}`);
    times.push(performance.now() - start);
  }
  return times;
}

type Exported = { rows: number; bytes: number; seconds: number; most: number };

async function readExport(name: string): Promise<Exported> {
  const start = performance.now();
  const request = get(`${url}/export/conversations?platform=bench&format=${name}`, { headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let [rows, bytes, most, at] = [0, 0, 0, start];
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // As cheap as can be: the other client lives in this process.
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, end + 1)) rows += 1;
    if (most > 0 && performance.now() - at < 500) continue;
    at = performance.now();
    most = Math.max(most, (await server.memory()).rss);
  }
  return { rows, bytes, seconds: (performance.now() - start) / 1000, most };
}

await fill();
await postgres.checkpoint();
await logWhile(during(ALONE));
const { rss: before } = await server.memory();

const verdicts: Verdict[] = [];
const rows: string[][] = [];
for (const name of values.forms.split(',')) {
  // Anew each time: on a shared machine it is another one each time.
  const alone = await logWhile(during(ALONE));
  let isOver = false;
  const beside = logWhile(() => !isOver);
  const exported = await readExport(name);
  isOver = true;
  const [delay, usual] = [median(await beside), median(alone)];
  const speed = MESSAGES / exported.seconds;
  rows.push([
    name,
    format(exported.rows),
    format(exported.bytes / 1e6),
    format(exported.seconds),
    format(speed),
    `${format(before / 1e6)} – ${format(exported.most / 1e6)}`,
    `${format(usual)} – ${format(delay)}`,
  ]);
  verdicts.push(
    {
      claim: `${name}: memory during the export ÷ before`,
      target: '≤ 2 ×',
      measured: `${(exported.most / before).toFixed(2)} ×`,
      isMet: exported.most / before <= 2,
    },
    {
      claim: `${name}: delay of another client beside it ÷ alone`,
      target: '≤ 5 ×',
      measured: `${(delay / usual).toFixed(2)} ×`,
      isMet: delay / usual <= 5,
    },
  );
}
const head = ['form', 'lines', 'MB', 's', 'messages/s', 'memory MB', 'delay ms'];
console.log(machineFacts(postgres.version, { messages: format(MESSAGES) }));
console.log(formatTable(head, rows));
console.log(formatVerdicts(verdicts));
