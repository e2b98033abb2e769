// Preloaded into every measured server: answers what it cost so far, and ends with the program that started it.
import { Session } from 'node:inspector/promises';

let session = null;

const answers = {
  cpu: () => process.cpuUsage(),
  memory() {
    globalThis.gc?.();
    globalThis.gc?.();
    return process.memoryUsage();
  },
  async startProfile() {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    return {};
  },
  stopProfile: () => session.post('Profiler.stop'),
};

process.on('message', (question) => {
  void reply(question);
});
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

async function reply(question) {
  process.send?.(await answers[question]());
}
