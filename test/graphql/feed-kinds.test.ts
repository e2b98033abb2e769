import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLObjectType,
} from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createKey } from '../../server/auth/key.ts';
import type { Command } from '../../server/domain/command.ts';
import type { EventKind } from '../../server/domain/event.ts';
import { openDatabase } from '../../server/store/database.ts';
import { handOver } from '../support/handoff.ts';
import { MESSAGE } from '../support/learning.ts';
import { CONVERSATION } from '../support/polly.ts';
import { Queue } from '../support/queue.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { silentJournal } from '../support/journal.ts';

const KEY = 'the-key-of-the-environment';
const headers = { authorization: `Bearer ${KEY}` };
let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    env: { WEBHOOK_API_KEY: KEY, RATE_LIMITS: 'off', WEBHOOK_ALLOW_PRIVATE: 'on' },
  });
  const said = { user_id: 'user', message: 'I love jazz', session_id: 'talk' };
  await server.post(MESSAGE, said, headers);
});
afterAll(() => server[Symbol.asyncDispose]());

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8'));
const eventTypes = schema.getPossibleTypes(schema.getType('Event') as never) as GraphQLObjectType[];

/** Every field of a type but one that can be asked for without arguments, two steps deep. */
function everyField(type: GraphQLObjectType, depth = 2, without = ''): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (field.name === without) return [];
    const inner = getNamedType(field.type);
    if (field.args.some(isRequiredArgument)) return [];
    if (isLeafType(inner)) return [field.name];
    if (depth === 0 || isInterfaceType(inner) || !isObjectType(inner) || inner.name.endsWith('Connection'))
      return [];
    return [`${field.name} { ${everyField(inner, depth - 1)} }`];
  });
  return ['__typename', ...fields].join(' ');
}
const conversation = schema.getType('Conversation') as GraphQLObjectType;
const document = `subscription ($after: String) { feed(after: $after) { cursor caughtUp reset { reason } events {
  conversation { ${everyField(conversation, 1)} }
  ${eventTypes.map((type) => `... on ${type.name} { ${everyField(type, 2, 'conversation')} }`).join('\n')} } } }`;

type Shown = { __typename: string; seq: number; what?: string };
type Follower = AsyncDisposable & { cursor: string; next(): Promise<Shown> };

/** Follows the feed and reads every field of every event; rejects when one of them cannot be read. */
async function follow(after?: string): Promise<Follower> {
  const events = new Queue<Shown>();
  const url = `${server.url.replace('http', 'ws')}/graphql`;
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { token: KEY },
  });
  const cursor = await new Promise<string>((resolve, reject) => {
    const fail = (error: unknown): void => {
      const reason = new Error(`the feed failed: ${JSON.stringify(error)}`);
      reject(reason);
      events.end(reason);
    };
    client.subscribe<{ feed: { cursor: string; events: Shown[] } }>(
      { query: document, variables: { after } },
      {
        next({ data, errors }) {
          if (errors) return fail(errors);
          data!.feed.events.forEach((event) => events.push(event));
          resolve(data!.feed.cursor);
        },
        error: fail,
        complete: () => fail('it ended'),
      },
    );
  });
  return {
    cursor,
    next: () => events.next(),
    async [Symbol.asyncDispose]() {
      await client.dispose();
    },
  };
}

/** Writes as the command line does, from a process of its own. */
async function fromTheCommandLine(command: Command): Promise<void> {
  await using database = openDatabase({ connectionString: server.databaseUrl });
  await using journal = silentJournal(database);
  await journal.write(1, [command]);
}
const { id: keyId, hash } = createKey();
async function mutate(mutation: string, input: object, type: string): Promise<void> {
  const query = `mutation ($input: ${type}!) { it: ${mutation}(input: $input) { ... on Error { message } } }`;
  expect(await server.graphql(query, { input }, headers)).toEqual({ it: {} });
}
const send = async (path: string, body: object | ''): Promise<void> =>
  expect((await server.post(path, body, headers)).status).toBeLessThan(300);
const confirmFact = async (): Promise<unknown> => {
  const query = '{ endUser(externalId: "user") { facts { id } } }';
  type Data = { endUser: { facts: { id: string }[] } };
  const { endUser } = await server.graphql<Data>(query, {}, headers);
  return mutate('confirmFact', { factId: endUser.facts[0]!.id }, 'FactInput');
};

const removeView = async (): Promise<unknown> => {
  const { savedViews } = await server.graphql<{ savedViews: { id: string }[] }>(
    '{ savedViews { id } }',
    {},
    headers,
  );
  const query = 'mutation ($id: ID!) { removeView(id: $id) { __typename } }';
  return server.graphql(query, { id: savedViews[0]!.id }, headers);
};
const removeWebhook = async (): Promise<unknown> => {
  const { webhooks } = await server.graphql<{ webhooks: { id: string }[] }>(
    '{ webhooks { id } }',
    {},
    headers,
  );
  const query = 'mutation ($id: ID!) { removeWebhook(id: $id) { __typename } }';
  return server.graphql(query, { id: webhooks[0]!.id }, headers);
};

const removeAlertRule = async (): Promise<unknown> => {
  const { alertRules } = await server.graphql<{ alertRules: { id: string }[] }>(
    '{ alertRules { id } }',
    {},
    headers,
  );
  const query = 'mutation ($id: ID!) { removeAlertRule(id: $id) { __typename } }';
  return server.graphql(query, { id: alertRules[0]!.id }, headers);
};

/** How the outside world makes each kind of event happen, one after the other, and the type that shows it. */
const kinds: Record<Exclude<EventKind, 'PartialHeard'>, [type: string, cause: () => Promise<unknown>]> = {
  EndUserAdded: ['EndUserAdded', () => send(MESSAGE, { user_id: 'new', message: 'hello' })],
  ConversationStarted: [
    'ConversationStarted',
    () => send('/api/v1/sessions/voice/turns', { outcome: 'successful', user_input: 'hello' }),
  ],
  ConversationChanged: [
    'ConversationChanged',
    () =>
      mutate(
        'logMessage',
        { conversationId: 'voice', sender: 'USER', text: 'x', platform: 'other', endUserId: 'caller' },
        'LogMessageInput',
      ),
  ],
  MessagesLogged: [
    'MessagesLogged',
    () => send(CONVERSATION, { id: 'c', user_message: 'hello', polly_response: 'hi', model: 'gpt-4o' }),
  ],
  HandoffChanged: ['HandoffChanged', () => send('/admin/messages/1/mark-human', '')],
  NoteAdded: [
    'NoteAdded',
    () =>
      handOver(server, 'addNote', { conversationId: 'c', author: 'operator-1', text: 'a regular' }, headers),
  ],
  ConversationClosed: ['ConversationClosed', () => send('/admin/conversations/1/close', '')],
  ConversationReopened: [
    'ConversationReopened',
    () => mutate('reopenConversation', { conversationId: 'talk' }, 'ReopenConversationInput'),
  ],
  FactsChanged: ['FactsChanged', confirmFact],
  CallStarted: ['CallStarted', () => mutate('startCall', { callId: 'phone' }, 'StartCallInput')],
  CallChanged: [
    'CallChanged',
    () => mutate('startCall', { callId: 'phone', agentId: 'agent-1' }, 'StartCallInput'),
  ],
  SegmentLogged: [
    'SegmentLogged',
    () =>
      mutate(
        'logTranscriptSegment',
        { callId: 'phone', segmentId: 's', speaker: 'AGENT', text: 'hello', startMs: 0, endMs: 5 },
        'LogTranscriptSegmentInput',
      ),
  ],
  SourceChanged: [
    'ProjectChanged',
    () =>
      fromTheCommandLine({
        kind: 'advanceSource',
        from: null,
        to: {
          name: 'dynamodb',
          status: 'READING',
          reason: null,
          checkpoint: {},
          records: 0,
          skipped: 0,
          holder: 'test',
          heldUntil: new Date(0).toISOString(),
        },
      }),
  ],
  CallCategoryChanged: [
    'ProjectChanged',
    () => mutate('setCallCategory', { name: 'refund', phrases: ['money back'] }, 'SetCallCategoryInput'),
  ],
  TurnRecorded: [
    'TurnRecorded',
    () =>
      send('/api/v1/sessions/voice/turns', {
        outcome: 'failed',
        asr_latency_ms: 5,
        llm_cache_hit: true,
        error: 'x',
        extra: { a: 1 },
      }),
  ],
  CostRecorded: [
    'CostRecorded',
    () => send('/api/v1/sessions/voice/costs', { service: 'llm', model: 'gpt-4o', units: 5, cost_usd: 0.25 }),
  ],
  FeedbackSubmitted: [
    'FeedbackSubmitted',
    () =>
      send('/api/v1/feedback', {
        session_id: 'c',
        rating: 5,
        rating_type: 'stars',
        assistant_response: 'hi',
      }),
  ],
  PricesImported: [
    'ProjectChanged',
    () =>
      mutate(
        'importPrices',
        {
          prices: { 'model-of-ours': { mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 0 } },
        },
        'ImportPricesInput',
      ),
  ],
  PriceRuleChanged: [
    'ProjectChanged',
    () =>
      mutate(
        'setPriceRule',
        { name: 'rule', match: { model: 'model-of-ours' }, discount: '0.5', from: '2026-01-01T00:00:00Z' },
        'SetPriceRuleInput',
      ),
  ],
  PayloadMappingChanged: [
    'ProjectChanged',
    () =>
      mutate(
        'setPayloadMapping',
        { mapping: { 'user-message': { message: '/text' } } },
        'SetPayloadMappingInput',
      ),
  ],
  KeyCreated: [
    'ProjectChanged',
    () => fromTheCommandLine({ kind: 'createKey', key: { id: keyId, name: 'test', hash, scopes: ['read'] } }),
  ],
  KeyRevoked: ['ProjectChanged', () => fromTheCommandLine({ kind: 'revokeKey', keyId })],
  WebhookChanged: [
    'ProjectChanged',
    () =>
      mutate(
        'createWebhook',
        { url: 'https://127.0.0.1:9/', kinds: ['turn.recorded'] },
        'CreateWebhookInput',
      ),
  ],
  WebhookRemoved: ['ProjectChanged', removeWebhook],
  ViewSaved: ['ProjectChanged', () => mutate('saveView', { name: 'kept' }, 'SaveViewInput')],
  ViewRemoved: ['ProjectChanged', removeView],
  AlertRuleChanged: [
    'ProjectChanged',
    () =>
      mutate(
        'createAlertRule',
        { name: 'words', condition: { kind: 'WORDS', words: ['refund'] } },
        'CreateAlertRuleInput',
      ),
  ],
  AlertRaised: [
    'AlertRaised',
    () => mutate('logMessage', { conversationId: 'c', sender: 'USER', text: 'A refund!' }, 'LogMessageInput'),
  ],
  AlertChanged: [
    'AlertChanged',
    async () => {
      const until = new Date(Date.now() + 60_000).toISOString();
      return mutate('snoozeAlert', { id: '1', until, operator: 'operator-1' }, 'SnoozeAlertInput');
    },
  ],
  AlertResolved: [
    'AlertResolved',
    () => mutate('resolveAlert', { id: '1', operator: 'operator-1' }, 'ResolveAlertInput'),
  ],
  AlertRuleRemoved: ['ProjectChanged', removeAlertRule],
  EndUserForgotten: [
    'EndUserForgotten',
    () => mutate('forgetEndUser', { externalId: 'user' }, 'ForgetEndUserInput'),
  ],
  ConversationPurged: [
    'ConversationPurged',
    () => mutate('purgeConversation', { conversationId: 'c' }, 'PurgeConversationInput'),
  ],
  ContentErased: ['ProjectChanged', () => fromTheCommandLine({ kind: 'eraseOld', upTo: 1 })],
  PoliciesChanged: [
    'ProjectChanged',
    () => mutate('setPolicies', { keepContentDays: 90 }, 'SetPoliciesInput'),
  ],
};

describe('a follower', () => {
  const seen: Shown[] = [];
  let live: Follower;
  beforeAll(async () => {
    live = await follow();
  });
  afterAll(() => live[Symbol.asyncDispose]());

  test.each(Object.entries(kinds))(
    'is shown %s as it happens, with all that it tells',
    async (kind, [type, cause]) => {
      await cause();
      let event: Shown;
      do seen.push((event = await live.next()));
      while (event.__typename !== type);
      if (type === 'ProjectChanged') expect(event.what).toBe(kind);
    },
  );

  test('who comes later is shown the same from the log', async () => {
    await using late = await follow(live.cursor);
    for (const event of seen) {
      const { __typename, seq } = await late.next();
      expect({ __typename, seq }).toEqual({ __typename: event.__typename, seq: event.seq });
    }
  });

  test('has been shown every type of event that the schema knows', () => {
    const types = new Set(seen.map(({ __typename }) => __typename));
    expect([...types].toSorted()).toEqual(eventTypes.map(({ name }) => name).toSorted());
  });
});
