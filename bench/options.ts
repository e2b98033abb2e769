import { parseArgs } from 'node:util';

/** What can be chosen on the command line of every benchmark. */
export type Options = {
  /** Length of one measured round, in ms. */
  milliseconds: number;
  rounds: number;
  connections: number;
  /** Whether a contestant of this name takes part. */
  wantsContestant: (name: string) => boolean;
  /** Whether a case of this name is measured. */
  wantsCase: (name: string) => boolean;
  fromSource: boolean;
  isProfiled: boolean;
};

/** Reads the command line; prints the usage and ends the process when that is asked for. */
export function readOptions(program: string, cases: string[], defaults: Record<string, string>): Options {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: defaults['seconds'] ?? '4' },
      rounds: { type: 'string', default: defaults['rounds'] ?? '3' },
      connections: { type: 'string', default: defaults['connections'] ?? '64' },
      only: { type: 'string' },
      case: { type: 'string' },
      source: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(`node --import tsx bench/${program}.ts
  --seconds N        length of a round (${defaults['seconds'] ?? '4'})
  --rounds N         rounds of each contestant, one after the other in turn (${defaults['rounds'] ?? '3'})
  --connections N    ${program === 'ingest' ? 'that send' : 'viewers'} (${defaults['connections'] ?? '64'})
  --case NAMES       only these: ${cases.join(', ')}
  --only NAMES       only these contestants, for example: earshot
  --source           run Earshot from server/main.ts instead of dist/
  --profile          print where Earshot's CPU time went (slows it down)`);
    process.exit(0);
  }
  const among = (given: string | undefined) => (name: string) =>
    given === undefined || given.split(',').includes(name);
  const wantsCase = among(values.case);
  if (!cases.some((it) => wantsCase(it))) throw new Error(`--case is one of ${cases.join(', ')}.`);
  return {
    milliseconds: Number(values.seconds) * 1000,
    rounds: Number(values.rounds),
    connections: Number(values.connections),
    wantsContestant: among(values.only),
    wantsCase,
    fromSource: values.source,
    isProfiled: values.profile,
  };
}
