import { createHash } from 'node:crypto';
import type { LogMessage } from '../../domain/command.ts';
import type { Sender } from '../../domain/conversation.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { externalId, isBlank, MAX_TEXT, type Json, type JsonObject } from '../../domain/value.ts';
import type { ReceiptKey } from '../../journal/load.ts';
import { listOf, objectOf } from '../storable.ts';

/** Messages to log, in the order in which they were said, and the key that makes each of them single. */
export type Said = { commands: LogMessage[]; receipts: ReceiptKey[] };

/** One utterance as an event tells it. */
type Utterance = { sender: Sender; text: string; mid: Json | undefined; metadata: JsonObject };

/**
 * What people and the page said, out of a webhook of Meta. What is no message (a read, a delivery, a reaction, an
 * edit …) is left out, and so is what cannot be told apart by page and person: the rest of a batch must not suffer.
 */
export function readMessengerPayload(body: JsonObject, appId: string | null): Said {
  const { entry: entries } = body;
  if (!Array.isArray(entries)) throw new InvalidInputError('entry', 'entry must be a list.');
  const said = entries
    .map(objectOf)
    .flatMap(({ messaging, standby, time }) =>
      [...listOf(messaging), ...listOf(standby)].map((event) => readEvent(objectOf(event), time, appId)),
    )
    .filter((it) => it !== null)
    .toSorted((left, right) => (left.moment < right.moment ? -1 : left.moment > right.moment ? 1 : 0));
  return { commands: said.map(({ command }) => command), receipts: said.map(({ receipt }) => receipt) };
}

function readEvent(
  event: JsonObject,
  entryTime: Json | undefined,
  appId: string | null,
): { command: LogMessage; receipt: ReceiptKey; moment: number } | null {
  const utterance = readUtterance(event, appId);
  if (utterance === null) return null;
  const { sender, text, mid, metadata } = utterance;
  const parties = [partyOf(event['sender']), partyOf(event['recipient'])];
  const [person, page] = sender === 'USER' ? parties : parties.toReversed();
  if (person == null || page == null) return null;
  if (text.length > MAX_TEXT) {
    throw new InvalidInputError('text', 'text of a message must have at most 1,000,000 characters.');
  }
  // Whatever has no moment was said just now, after everything that has one.
  const moment = [event['timestamp'], entryTime].find(isMoment) ?? Infinity;
  const command: LogMessage = {
    kind: 'logMessage',
    conversationId: `facebook:${page}:${person}`,
    sender,
    text,
    ...(moment !== Infinity && { at: new Date(moment).toISOString() }),
    endUserId: person,
    platform: 'facebook',
    origin: 'facebook',
    facts: {},
    metadata,
  };
  return { command, receipt: receiptOf(mid, event), moment };
}

function readUtterance(event: JsonObject, appId: string | null): Utterance | null {
  if ('postback' in event) return readPostback(objectOf(event['postback']));
  const { text, mid, is_echo: isEcho, ...rest } = objectOf(event['message']);
  const words = wordsOf(text, rest['attachments']);
  // Somebody took back what was said; what was stored of it stays.
  if (words === null || rest['is_deleted'] === true) return null;
  const sender = isEcho !== true ? 'USER' : isApp(rest['app_id'], appId) ? 'BOT' : 'HUMAN';
  return { sender, text: words, mid, metadata: metadataOf(rest, mid) };
}

/** A button that was pressed: the page shows its title as if the person had typed it. */
function readPostback({ title, mid, ...rest }: JsonObject): Utterance | null {
  if (Object.keys(rest).length === 0 && title === undefined) return null;
  const text = typeof title === 'string' && !isBlank(title) ? title : '[postback]';
  return { sender: 'USER', text, mid, metadata: metadataOf({ postback: rest }, mid) };
}

/** The words, or the kinds of the attachments where there are none: `[image] [audio]`; null where there is neither. */
function wordsOf(text: Json | undefined, attachments: Json | undefined): string | null {
  if (typeof text === 'string' && !isBlank(text)) return text;
  const kinds = listOf(attachments).map((it) => objectOf(it)['type']);
  const named = kinds.map((kind) =>
    typeof kind === 'string' && /^[\w-]{1,50}$/u.test(kind) ? kind : 'file',
  );
  return named.length === 0 ? null : named.map((kind) => `[${kind}]`).join(' ');
}

/** Everything else that came with a message. Ratings find it by `message_id`. */
function metadataOf(rest: JsonObject, mid: Json | undefined): JsonObject {
  const given = Object.entries(rest).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(given), ...(typeof mid === 'string' && { message_id: mid }) };
}

/**
 * Meta delivers again what was not acknowledged, alone or in other batches, and nobody could mend a conflict: the
 * first content of a `mid` stands, so its digest tells nothing of the content. An event without a `mid` is known
 * by what it says.
 */
function receiptOf(mid: Json | undefined, event: JsonObject): ReceiptKey {
  const id = externalId.safeParse(mid);
  const key = id.success
    ? id.data
    : `sha256:${createHash('sha256').update(JSON.stringify(event)).digest('hex')}`;
  return { door: 'messenger', key, digest: key };
}

/** Meta writes ids of apps as numbers too, and some of them are larger than a double holds exactly. */
const isApp = (given: Json | undefined, appId: string | null): boolean =>
  appId !== null && (given === appId || given === Number(appId));

/** The id of a page or a person: a colon in it would make ids of conversations ambiguous. */
function partyOf(party: Json | undefined): string | null {
  const { id } = objectOf(party);
  return typeof id === 'string' && /^[\w.-]{1,100}$/u.test(id) ? id : null;
}

/** The end of the year 9999, in ms since 1970. */
const LAST = 253_402_300_799_999;
const isMoment = (value: Json | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= LAST;
