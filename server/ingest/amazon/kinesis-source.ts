import type { Calling } from '../../domain/command.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Json, JsonObject } from '../../domain/value.ts';
import type { Connector } from '../source.ts';
import { storable } from '../storable.ts';
import { readCallEvent } from './call-events.ts';
import { openKinesisStream } from './kinesis-stream.ts';
import { reasonOf } from './reason.ts';
import type { AmazonSettings } from './settings.ts';
import { ShardReader, type Positions } from './shards.ts';

/** How often news are asked for, in ms: a shard may be asked five times a second, by all its readers together. */
const POLL = 1000;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A stream of events of Contact Lens or Live Call Analytics, from its oldest record on. */
export function kinesisConnector(settings: NonNullable<AmazonSettings['kinesis']>, name: string): Connector {
  return {
    name: `kinesis:${name}`,
    reasonOf,
    async open(stored, hand) {
      const stream = await openKinesisStream(settings, name, hand.stopping);
      const { positions: from = {}, isComplete = false } = (stored ?? {}) as unknown as Partial<Checkpoint>;
      const reader = new ShardReader(stream, from, hand.now);
      let hasCaughtUp = isComplete;
      return {
        get status() {
          return hasCaughtUp ? 'FOLLOWING' : 'READING';
        },
        async round() {
          const { records, positions, isMore } = await reader.read();
          const found = records.map(readRecord);
          const isFirst = !hasCaughtUp && !isMore;
          hasCaughtUp ||= !isMore;
          const checkpoint: Checkpoint = { positions, isComplete: hasCaughtUp };
          if (isMore || isFirst) {
            await hand.store({
              commands: found.flatMap((it) => it ?? []),
              records: records.length,
              skipped: found.filter((it) => it === null).length,
              checkpoint: checkpoint as unknown as JsonObject,
            });
          }
          return isMore ? POLL / 4 : POLL;
        },
        [Symbol.dispose]: () => reader[Symbol.dispose](),
      };
    },
  };
}

/** How far a stream was read. */
type Checkpoint = { positions: Positions; isComplete: boolean };

/** What a record tells of a call; null when it cannot be used. */
function readRecord(data: Uint8Array): Calling[] | null {
  try {
    return readCallEvent(storable(JSON.parse(decoder.decode(data)) as Json));
  } catch (error) {
    if (error instanceof DomainError || error instanceof SyntaxError || error instanceof TypeError)
      return null;
    throw error;
  }
}
