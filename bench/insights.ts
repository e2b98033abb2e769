import { format, formatTable, formatVerdicts, median } from './report.ts';
import { setStage, timeGet } from './stage.ts';

// How long the insights of a person take who wrote 100,000 messages, beside those of one who wrote 100.

const FEW = 100;
const MANY = 100_000;
const BULK = 1000;
const ASKED = 300;

await using stage = await setStage('insights');
const { url } = stage;

const sentences = [
  'I love jazz music',
  'Where is my order?',
  'I live in Oslo',
  'Please send it again',
  "I don't like coffee",
];

/** Logs messages of one user in one session, a thousand a request. */
async function fill(user: string, messages: number): Promise<void> {
  for (let done = 0; done < messages; done += BULK) {
    const interactions = Array.from({ length: Math.min(BULK, messages - done) }, (_, index) => ({
      message: sentences[(done + index) % sentences.length]!,
      session_id: `session of ${user}`,
    }));
    const body = JSON.stringify({ user_id: user, interactions });
    const response = await fetch(`${url}/webhook/chat/bulk`, { method: 'POST', body });
    if (response.status !== 200) throw new Error(`bulk answered ${response.status} ${await response.text()}`);
    process.stdout.write(`\rlogged ${done + interactions.length} of ${messages} messages of ${user} `);
  }
  process.stdout.write('\n');
}

await fill('few', FEW);
await fill('many', MANY);
const times: Record<string, number[]> = { few: [], many: [] };
for (let round = 0; round < ASKED; round += 1) {
  for (const user of ['few', 'many'])
    times[user]!.push(await timeGet(`${url}/webhook/chat/insights/${user}`));
}
const [few, many] = [median(times['few']!), median(times['many']!)];
console.log(
  formatTable(
    ['messages', 'insights, median ms'],
    [
      [String(FEW), format(few)],
      [String(MANY), format(many)],
    ],
  ),
);
const ratio = many / few;
console.log(
  formatVerdicts([
    {
      claim: 'insights: 100,000 messages ÷ 100 messages',
      target: '≤ 2 ×',
      measured: `${ratio.toFixed(2)} ×`,
      isMet: ratio <= 2,
    },
  ]),
);
