import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { pause as pauseByClock, type Pause } from '../watch/retry.ts';
import { dynamoConnector } from './amazon/dynamo-source.ts';
import { kinesisConnector } from './amazon/kinesis-source.ts';
import type { AmazonSettings } from './amazon/settings.ts';
import { SourceRunner, type Connector, type SourceOptions } from './source.ts';

type Options = Pick<SourceOptions, 'prisma' | 'journal' | 'projectId' | 'now'> & {
  connectors: Connector[];
  logger: { warn(about: object, what: string): void };
  pause?: Pause | undefined;
};

/** Every source that is configured. */
export const connectorsOf = ({ dynamo, kinesis }: AmazonSettings): Connector[] => [
  ...(dynamo === null ? [] : [dynamoConnector(dynamo)]),
  ...(kinesis === null ? [] : kinesis.streams.map((name) => kinesisConnector(kinesis, name))),
];

/** Reads sources. Disposing it stores how far it came and lets them go. */
export function startSources({
  connectors,
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
  const running = connectors.map((connector) => new SourceRunner(connector, shared).run());
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(running);
    },
  };
}
