import { createHmac } from 'node:crypto';
import type { TestServer } from './server.ts';

export const PAGE = '110220330440550';
export const PERSON = '6100200300400500';
/** The app of the bot, and the one through which people answer in the page's inbox. */
export const BOT_APP = '1517776481860111';
export const INBOX_APP = '263902037430900';
export const VERIFY_TOKEN = 'a token that Meta was told';
export const APP_SECRET = 'a secret that only Meta and we know';
export const messengerEnv = {
  MESSENGER_VERIFY_TOKEN: VERIFY_TOKEN,
  MESSENGER_APP_SECRET: APP_SECRET,
  MESSENGER_APP_ID: BOT_APP,
};

export const conversationOf = (person = PERSON, page = PAGE): string => `facebook:${page}:${person}`;

/** The signature of these bytes as Meta makes it. */
export const signatureOf = (body: string | Uint8Array, secret = APP_SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** JSON as Meta writes it: every character beyond ASCII is escaped, and so is the slash. */
export const written = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replaceAll(/[\u0080-\uffff]/gu, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll(/[\u{10000}-\u{10ffff}]/gu, (it) =>
      [...Array(it.length).keys()].map((place) => `\\u${it.charCodeAt(place).toString(16)}`).join(''),
    );

/** Delivers a webhook with the right signature. */
export function deliver(
  server: Pick<TestServer, 'post'>,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : written(body);
  return server.post('/webhook', bytes, { 'x-hub-signature-256': signatureOf(bytes), ...headers });
}

type Event = Record<string, unknown>;

/** A webhook with one entry that holds these events. */
export const webhook = (...events: Event[]): object => ({
  object: 'page',
  entry: [{ id: PAGE, time: 1_737_367_300_000, messaging: events }],
});

let made = 0;
/** An id of a message that no other has. */
export const newMid = (): string =>
  `m_${String((made += 1)).padStart(8, '0')}-AG5Hz2Uq7tuwNEhXfYYKj8mJEM_QPpz5jdCK48`;

type About = { person?: string; page?: string; timestamp?: unknown; mid?: unknown };

/** What a person sent to the page. */
export function said(message: Event | string, about: About = {}): Event {
  const { person = PERSON, page = PAGE, timestamp = 1_737_367_200_000 } = about;
  const { mid = newMid() } = about;
  const content = typeof message === 'string' ? { text: message } : message;
  return { sender: { id: person }, recipient: { id: page }, timestamp, message: { mid, ...content } };
}

/** What was sent from the page, as it is told to the apps of the page. */
export function echo(message: Event | string, appId: unknown, about: About = {}): Event {
  const { person = PERSON, page = PAGE } = about;
  const content = typeof message === 'string' ? { text: message } : message;
  const app = appId === undefined ? {} : { app_id: appId };
  const event = said({ is_echo: true, ...app, ...content }, about);
  return { ...event, sender: { id: page }, recipient: { id: person } };
}

export type Told = {
  platform: string;
  status: string;
  channel: string;
  endUser: { externalId: string } | null;
  messages: { nodes: { sender: string; text: string; at: string; metadata: Record<string, unknown> }[] };
};

/** A conversation with everything in it; null when there is none. */
export async function conversation(
  server: TestServer,
  externalId = conversationOf(),
  headers: Record<string, string> = {},
): Promise<Told | null> {
  const query = `query ($externalId: String!) { conversation(externalId: $externalId) {
    platform status channel endUser { externalId }
    messages(first: 500) { nodes { sender text at metadata } } } }`;
  const data = await server.graphql<{ conversation: Told | null }>(query, { externalId }, headers);
  return data.conversation;
}

/** Who said what in a conversation, in its order. */
export async function wordsIn(server: TestServer, externalId = conversationOf()): Promise<string[]> {
  const told = await conversation(server, externalId);
  return told?.messages.nodes.map(({ sender, text }) => `${sender} ${text}`) ?? [];
}
