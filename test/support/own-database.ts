import { startEmbedded } from '../../server/store/embedded.ts';

// A process that owns a bundled PostgreSQL until somebody kills it, and says so in one line.
const { connection } = await startEmbedded({
  dataDir: process.argv[2] ?? '',
  mode: 'own',
  log: () => {},
});
process.stdout.write(`${JSON.stringify(connection)}\n`);
setInterval(() => {}, 60_000);
