import type { Command } from '../server/domain/command.ts';
import { format, formatTable, formatVerdicts, median, type Verdict } from './report.ts';
import { setStage, timeGet } from './stage.ts';

// How long the costs and metrics of a session of 100,000 turns take, beside those of one of 100.

const FEW = 100;
const MANY = 100_000;
const TOGETHER = 500;
const ASKED = 300;

await using stage = await setStage('sessions');
const { url, journal } = stage;

const turn = (session: string, index: number): Command => ({
  kind: 'recordTurn',
  conversationId: session,
  origin: 'speech',
  turn: {
    externalId: `turn-${index}`,
    outcome: index % 10 === 0 ? 'FAILED' : 'SUCCEEDED',
    stages: [
      { name: 'ASR', startMs: 0, durationMs: 200 + (index % 97) },
      { name: 'LLM', startMs: 300, durationMs: 800 + (index % 89) },
    ],
    totalMs: 1300,
    llmCacheHit: index % 3 === 0,
    ttsCacheHit: null,
    guardrailViolations: 0,
    guardrailBlocks: 0,
    optimizationLevel: 'balanced',
    languageCode: 'hi-IN',
    userInput: null,
    assistantResponse: null,
    error: null,
    at: null,
    metadata: {},
  },
});

for (const [session, turns] of [
  ['few', FEW],
  ['many', MANY],
] as const) {
  for (let done = 0; done < turns; done += TOGETHER) {
    const size = Math.min(TOGETHER, turns - done);
    await journal.write(
      1,
      Array.from({ length: size }, (_, index) => turn(session, done + index)),
    );
    process.stdout.write(`\rrecorded ${done + size} of ${turns} turns of ${session} `);
  }
  process.stdout.write('\n');
}

const verdicts: Verdict[] = [];
const rows: string[][] = [];
for (const what of ['costs', 'metrics']) {
  const times: Record<string, number[]> = { few: [], many: [] };
  for (let round = 0; round < ASKED; round += 1) {
    for (const session of ['few', 'many'])
      times[session]!.push(await timeGet(`${url}/api/v1/sessions/${session}/${what}`));
  }
  const [few, many] = [median(times['few']!), median(times['many']!)];
  rows.push([what, format(few), format(many)]);
  verdicts.push({
    claim: `${what}: 100,000 turns ÷ 100 turns`,
    target: '≤ 2 ×',
    measured: `${(many / few).toFixed(2)} ×`,
    isMet: many / few <= 2,
  });
}
console.log(formatTable(['median ms', '100 turns', '100,000 turns'], rows));
console.log(formatVerdicts(verdicts));
