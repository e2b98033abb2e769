import { Connection, requestText } from './connection.ts';
import type { Load, Loaded } from './load.ts';

// The child process of load.ts: one load after the other, as asked for over IPC.
process.on('message', (load: Load) => {
  generate(load).then(
    (loaded) => process.send!(loaded),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());

const GROUP = 8;
/** So long may the last answers take, in ms. */
const PATIENCE = 20_000;

async function generate(load: Load): Promise<Loaded> {
  const connections = Array.from({ length: load.connections }, () => new Connection(load.port));
  await Promise.all(connections.map((it) => it.opened()));
  const bodies = load.bodies.map((body) => prepare(load, body));
  const times: number[] = [];
  let failed = 0;
  let firstFailure: string | null = null;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const end = start + load.milliseconds;

  async function drive(connection: Connection, index: number): Promise<void> {
    for (let count = 0; ; count += 1) {
      const sent = performance.now();
      if (sent >= end) return;
      const request = bodies[count % bodies.length]!(index, count);
      const { status, body } = await connection.send(request);
      if (status === 200 && body.includes(load.expects) && !body.includes('"errors"')) {
        times.push(performance.now() - sent);
      } else {
        failed += 1;
        firstFailure ??= `${status} ${body.slice(0, 300)}`;
      }
    }
  }
  const tooLong = setTimeout(() => {
    console.error(`${load.path}: requests were not answered within ${PATIENCE / 1000} s`);
    process.exit(1);
  }, load.milliseconds + PATIENCE);
  await Promise.all(connections.map(drive));
  clearTimeout(tooLong);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  for (const connection of connections) connection.close();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? NaN;
  return {
    acknowledged: times.length,
    failed,
    firstFailure,
    seconds,
    p50: at(0.5),
    p99: at(0.99),
    cpu: user + system,
  };
}

/** Writes requests of one body; ids have one length, so that everything else of the request is known already. */
function prepare({ path, headers, run }: Load, body: string): (connection: number, count: number) => string {
  const id = (connection: number, count: number): string =>
    `${run}${String(connection).padStart(3, '0')}${String(count).padStart(7, '0')}`;
  const sample = body.replaceAll('{{id}}', id(0, 0)).replaceAll('{{group}}', id(0, 0));
  const [head] = requestText(path, headers, sample).split('\r\n\r\n', 1);
  const pieces = `${head}\r\n\r\n${body}`.split(/(\{\{id\}\}|\{\{group\}\})/u);
  return (connection, count) => {
    const own = id(connection, count);
    const group = id(connection, count - (count % GROUP));
    let text = '';
    for (const piece of pieces) text += piece === '{{id}}' ? own : piece === '{{group}}' ? group : piece;
    return text;
  };
}
