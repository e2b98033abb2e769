import type { JsonObject } from './value.ts';

/** How an exchange came to be known: as a whole, or by one of the two steps. */
export type Call = 'whole' | 'ask' | 'reply';

/** What calls may state of an exchange. Moments are ISO strings, latency is in ms. */
export type Stated = {
  userMessage?: string;
  response?: string;
  promptName?: string;
  model?: string;
  latencyMs?: number;
  tokensUsed?: JsonObject;
  status?: string;
  /** The caller's own string. */
  timestamp?: string;
  /** When the user's message, and the reply, were said. */
  askedAt?: string;
  repliedAt?: string;
};
type Field = keyof Stated;

/** Which of the two messages of an exchange is meant. */
export type Side = 'ask' | 'reply';

/** Fields beyond the documented ones, kept in the metadata of the message that the call became. */
export type Extras = { side: Side; values: JsonObject };

/** One user message and its reply. Its two messages have the ids `firstMessage` and `firstMessage + 1`. */
export type Exchange = {
  conversationId: number;
  /** 1 for the first exchange of its conversation. */
  ordinal: number;
  firstMessage: number;
  arrivedSeq: number;
  arrivedAt: string;
  stated: Claims<Stated>;
  ask: Claims<JsonObject>;
  reply: Claims<JsonObject>;
};

/** An exchange as the documents show it, every default filled in. */
export type ExchangeView = {
  type: 'new_message' | 'user_message';
  timestamp: string;
  userMessage: string;
  response: string;
  promptName: string;
  model: string;
  latencyMs: number;
  tokensUsed: JsonObject;
  status: string;
};

const askFields: ReadonlySet<Field> = new Set(['userMessage', 'promptName', 'model', 'askedAt']);

/** A whole exchange is stronger than a step; of the steps, each is stronger for its own fields. */
function strengthOf(call: Call, field: Field): number {
  if (call === 'whole') return 3;
  return (call === 'ask') === askFields.has(field) ? 2 : 1;
}

/** Values, and how strong the call was that stated each of them. */
export type Claims<T> = { values: T; strength: Record<string, number> };

/**
 * What is known after one more call. A field goes to the strongest call that stated it, and among equals to
 * the latest, so that the order in which the calls arrive does not matter. Returns the same object when the
 * call teaches nothing.
 */
function mergeClaims<T extends object>(
  claims: Claims<T>,
  said: T,
  strengthOfField: (field: string) => number,
): Claims<T> {
  const values = new Map<string, unknown>(Object.entries(claims.values));
  const strength = new Map(Object.entries(claims.strength));
  let changed = false;
  for (const [field, value] of Object.entries(said)) {
    const next = strengthOfField(field);
    const known = strength.get(field) ?? 0;
    if (value === undefined || next < known) continue;
    if (next === known && isSame(values.get(field), value)) continue;
    values.set(field, value);
    strength.set(field, next);
    changed = true;
  }
  return changed
    ? { values: Object.fromEntries(values) as T, strength: Object.fromEntries(strength) }
    : claims;
}

/** The exchange after one more call; the same object when the call teaches nothing. */
export function mergeExchange(exchange: Exchange, call: Call, said: Stated, extras: Extras): Exchange {
  const stated = mergeClaims(exchange.stated, said, (field) => strengthOf(call, field as Field));
  const extra = (side: Side): Claims<JsonObject> =>
    mergeClaims(exchange[side], side === extras.side ? extras.values : {}, () => (call === 'whole' ? 3 : 2));
  const [ask, reply] = [extra('ask'), extra('reply')];
  const isKnown = stated === exchange.stated && ask === exchange.ask && reply === exchange.reply;
  return isKnown ? exchange : { ...exchange, stated, ask, reply };
}

/** Whether two JSON values are equal; the order of object keys does not matter. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [leftKeys, rightKeys] = [Object.keys(left), Object.keys(right)];
  return (
    leftKeys.length === rightKeys.length &&
    leftKeys.every(
      (key) =>
        Object.hasOwn(right, key) &&
        isSame((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
    )
  );
}

/** The exchange as it is read. */
export function viewExchange(exchange: Exchange): ExchangeView {
  const { arrivedAt } = exchange;
  const stated = exchange.stated.values;
  const replied = stated.response !== undefined;
  return {
    type: replied ? 'new_message' : 'user_message',
    timestamp: stated.timestamp ?? arrivedAt,
    userMessage: stated.userMessage ?? '',
    response: stated.response ?? '',
    promptName: stated.promptName ?? 'unknown',
    model: stated.model ?? 'unknown',
    latencyMs: stated.latencyMs ?? 0,
    tokensUsed: stated.tokensUsed ?? {},
    status: stated.status ?? (replied ? 'success' : 'pending'),
  };
}
