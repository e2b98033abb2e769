import type { LogMessage } from './command.ts';
import type { FactChange } from './fact.ts';
import { isBlank, jsonObject, label, parseMoment, text, type JsonObject } from './value.ts';

/** What a user said, what the bot answered, and what the caller tells about it. */
export type Interaction = {
  message: string;
  response?: string | null | undefined;
  /** External id of the conversation; that of the day when left out. */
  sessionId?: string | null | undefined;
  /** When it was said, ISO; what the metadata tell, else its arrival, when left out. */
  at?: string | null | undefined;
  model?: string | null | undefined;
  platform?: string | null | undefined;
  /** Kept with the message; `timestamp`, `model` and `source` count where the call itself says nothing. */
  metadata?: JsonObject | null | undefined;
  /** Kept with the message, and read by nobody. */
  extra?: JsonObject;
};

const LONGEST = 10_000;

/** What a user said: not blank, and not longer than a message of a chat gets. */
export const spoken = text
  .refine((value) => !isBlank(value), 'must not be blank')
  .refine(
    (value) => value.length <= LONGEST || Array.from(value).length <= LONGEST,
    'must have at most 10,000 characters',
  );

/** Metadata of an interaction: any JSON object whose `timestamp`, where there is one, is a moment. */
export const interactionMetadata = jsonObject.refine(
  ({ timestamp }) => timestamp == null || (typeof timestamp === 'string' && parseMoment(timestamp) !== null),
  {
    path: ['timestamp'],
    message: 'must be an ISO 8601 date, for example 2025-01-01T12:00:00Z',
  },
);

/** The command that logs an interaction; `now` is its arrival, in ms. */
export function interactionCommand(userId: string, said: Interaction, now: number): LogMessage {
  const about = said.metadata ?? {};
  const stamp = about['timestamp'];
  const at = said.at ?? (typeof stamp === 'string' ? parseMoment(stamp)! : undefined);
  const source = label.safeParse(about['source']).data;
  const model = said.model ?? label.safeParse(about['model']).data;
  const reply = said.response != null && !isBlank(said.response) ? said.response : undefined;
  return {
    kind: 'logMessage',
    conversationId: said.sessionId ?? conversationOfDay(userId, at ?? new Date(now).toISOString()),
    sender: 'USER',
    text: said.message,
    endUserId: userId,
    origin: source === undefined || isBlank(source) ? 'learning' : source,
    facts: model === undefined ? {} : { model },
    metadata: { ...about, ...said.extra },
    ...(said.platform != null && { platform: said.platform }),
    ...(reply !== undefined && { reply }),
    ...(at !== undefined && { at }),
  };
}

/** The commands of interactions that are logged together, in the order in which they were said. */
export function interactionCommands(userId: string, said: Interaction[], now: number): LogMessage[] {
  return said.map((it, index) => ({
    ...interactionCommand(userId, it, now),
    isContinued: index < said.length - 1,
  }));
}

const isLearned = ({ change, fact }: FactChange): boolean =>
  (change === 'LEARNED' || change === 'STRENGTHENED') && fact.category !== 'behavior';

/** Number of facts that messages taught or strengthened, each counted once; habits come from counting, no message taught them. */
export const countLearned = (changes: FactChange[]): number =>
  new Set(changes.filter(isLearned).map(({ fact }) => fact.id)).size;

const LONGEST_USER = 255 - ' 2025-01-01'.length;

/** The external id of the conversation that a user's messages of one UTC day form when no session is named. */
export function conversationOfDay(userId: string, moment: string): string {
  const characters = Array.from(userId);
  // An id may have 255 characters: of a longer user id the end is told apart by a digest.
  const user =
    characters.length <= LONGEST_USER
      ? userId
      : `${characters.slice(0, LONGEST_USER - 17).join('')} ${fingerprint(userId)}`;
  return `${user} ${moment.slice(0, 10)}`;
}

/** FNV-1a of 64 bits, as 16 hex digits: it tells ids apart, and keeps no secret. */
function fingerprint(value: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < value.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(value.charCodeAt(index))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
