import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { pause as pauseByClock, type Pause } from '../watch/retry.ts';
import type { AmazonSettings } from './amazon-settings.ts';
import { dynamoConnector } from './dynamo-source.ts';
import { kinesisConnector } from './kinesis-source.ts';
import { SourceRunner, type SourceOptions } from './source.ts';

type Options = Pick<SourceOptions, 'prisma' | 'journal' | 'projectId' | 'now'> & {
  settings: AmazonSettings;
  logger: { warn(about: object, what: string): void };
  pause?: Pause | undefined;
};

/** Reads every source that is configured. Disposing it stores how far it came and lets them go. */
export function startSources({
  settings,
  logger,
  pause = pauseByClock,
  ...options
}: Options): AsyncDisposable {
  const stop = new AbortController();
  // Every request that is under way listens to it.
  setMaxListeners(0, stop.signal);
  const shared: SourceOptions = {
    ...options,
    pause,
    chance: Math.random,
    stopping: stop.signal,
    holder: randomUUID(),
    warn: (about, what) => logger.warn(about, what),
  };
  const { dynamo, kinesis } = settings;
  const connectors = [
    ...(dynamo === null ? [] : [dynamoConnector(dynamo)]),
    ...(kinesis === null ? [] : kinesis.streams.map((name) => kinesisConnector(kinesis, name))),
  ];
  const running = connectors.map((connector) => new SourceRunner(connector, shared).run());
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(running);
    },
  };
}
