import type { Calling } from '../../domain/command.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { findUnstorable, type Json, type JsonObject } from '../../domain/value.ts';
import type { Journal } from '../../journal/write.ts';
import { mannerOf, type Call, type Reply, type Route } from '../../route.ts';
import { objectOf, storable, textOf } from '../storable.ts';
import { readContactLens } from './contact-lens.ts';
import { readLca } from './lca.ts';

const callManner = mannerOf((detail) => ({ detail }));

/** A body may hold so many events. */
const MOST = 1000;

type Dependencies = { journal: Journal; now: () => number };

/** Events of calls that Amazon Connect Contact Lens and Live Call Analytics tell over a webhook. */
export function callWebhooks(parts: Dependencies): Route[] {
  return [
    callRoute(parts, '/ingest/contact-lens', readContactLens),
    callRoute(parts, '/ingest/lca', readLca),
  ];
}

function callRoute(
  { journal, now }: Dependencies,
  path: string,
  read: (event: JsonObject) => Calling[],
): Route {
  return {
    method: 'POST',
    path,
    scope: 'ingest',
    manner: callManner,
    async handle({ raw, caller, receipt }: Call): Promise<Reply> {
      const { events, isForwarded, requestId } = unwrap(parse(raw));
      if (events.length > MOST) {
        throw new InvalidInputError(
          'body',
          `The body must hold at most ${MOST} events; it holds ${events.length}.`,
        );
      }
      const { commands, skipped } = readAll(events, read, isForwarded);
      const { isReplay } = await journal.write(caller.projectId, commands, { bytes: raw.length, receipt });
      return {
        status: 200,
        body: {
          status: 'success',
          events: events.length - skipped,
          skipped,
          // Firehose takes nothing else for an answer.
          ...(requestId !== undefined && { requestId, timestamp: now() }),
        },
        ...(isReplay && { headers: { 'idempotent-replayed': 'true' } }),
      };
    },
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function parse(raw: Buffer): Json {
  try {
    return JSON.parse(decoder.decode(raw)) as Json;
  } catch {
    throw new InvalidInputError('body', 'The body must be JSON in UTF-8.');
  }
}

/** Events in a body, in their order. Those that a service of Amazon passed on were not made by whoever sends them. */
type Given = { events: Json[]; isForwarded: boolean; requestId?: string };

/**
 * A body is an event, a list of them, or what EventBridge (`detail`), a function behind Kinesis (`Records`) or
 * Firehose (`records`) makes of them.
 */
function unwrap(body: Json): Given {
  if (Array.isArray(body)) return { events: body, isForwarded: false };
  const { detail, Records: fromKinesis, records: fromFirehose, requestId } = objectOf(body);
  if (Array.isArray(fromKinesis)) {
    const data = fromKinesis.map((record) => objectOf(objectOf(record)['kinesis'])['data']);
    return { events: data.map(decode), isForwarded: true };
  }
  if (Array.isArray(fromFirehose)) {
    const events = fromFirehose.map((record) => decode(objectOf(record)['data']));
    return { events, isForwarded: true, ...(typeof requestId === 'string' && { requestId }) };
  }
  if (detail !== undefined) return { events: [detail], isForwarded: true };
  return { events: [body], isForwarded: false };
}

/** JSON in base64; null when it is none. */
function decode(data: Json | undefined): Json {
  try {
    return JSON.parse(decoder.decode(Buffer.from(textOf(data), 'base64'))) as Json;
  } catch {
    return null;
  }
}

/**
 * What events come to. One that cannot be used is refused with all others, by its place; where a service passed it
 * on, it is counted and left out: the service would send the same again for ever, and everything behind it with it.
 */
function readAll(
  events: Json[],
  read: (event: JsonObject) => Calling[],
  isForwarded: boolean,
): { commands: Calling[]; skipped: number } {
  let skipped = 0;
  const commands = events.flatMap((event, index) => {
    try {
      return read(checked(event));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      if (!isForwarded) throw events.length === 1 ? error : placed(error, index);
      skipped += 1;
      return [];
    }
  });
  return { commands, skipped };
}

function checked(event: Json): JsonObject {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new InvalidInputError('body', 'An event must be a JSON object.');
  }
  const mended = storable(event) as JsonObject;
  const fault = findUnstorable(mended);
  if (fault !== null) throw new InvalidInputError('body', `The event ${fault}.`);
  return mended;
}

const placed = ({ field, message }: InvalidInputError, index: number): InvalidInputError =>
  new InvalidInputError(field, `Event ${index}: ${message}`);
