import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey } from '../../server/auth/key.ts';
import type { Scope } from '../../server/domain/key.ts';
import type { Journal } from '../../server/journal/write.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase, type Database } from '../../server/store/database.ts';
import { silentJournal } from '../support/journal.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { follow, watch } from '../support/viewer.ts';

const ENVIRONMENT_KEY = 'the-key-of-the-environment';
let server: TestServer;
let database: Database;
let journal: Journal;
let tick = (): void => undefined;

beforeAll(async () => {
  const callbacks = new Set<() => void>();
  tick = () => callbacks.forEach((callback) => callback());
  let clock = Date.now();
  server = await startServer({
    env: { WEBHOOK_API_KEY: ENVIRONMENT_KEY },
    // Each look at the time is a minute later, so that no look-up is trusted for long.
    now: () => (clock += 60_000),
    every: (_ms, callback) => {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  });
  database = openDatabase({ connectionString: server.databaseUrl });
  journal = silentJournal(database);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** A key of a project, made as the command line makes it. */
async function aKey(
  scopes: Scope[],
  project = 'default',
): Promise<{ key: string; revoke: () => Promise<unknown> }> {
  const { key, id, hash } = createKey();
  const projectId = await ensureProject(database.prisma, project);
  await journal.write(projectId, [{ kind: 'createKey', key: { id, name: 'test', hash, scopes } }]);
  return { key, revoke: () => journal.write(projectId, [{ kind: 'revokeKey', keyId: id }]) };
}
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
const exchange = { id: 'secret', user_message: 'mine alone', polly_response: 'indeed' };

describe('keys', () => {
  test('only the SHA-256 of a key is stored', async () => {
    const { key } = await aKey(['read']);
    const dump = JSON.stringify(await database.prisma.apiKey.findMany());
    const log = JSON.stringify(
      await database.prisma.event.findMany({ select: { body: true }, where: { kind: 'KeyCreated' } }),
    );
    expect(dump + log).not.toContain(key.slice(4, 30));
  });

  const operations: Record<string, { needs: Scope; query: string }> = {
    logMessage: {
      needs: 'ingest',
      query: 'mutation { logMessage(input: {conversationId: "s", sender: USER, text: "x"}) { __typename } }',
    },
    logInteraction: {
      needs: 'ingest',
      query: 'mutation { logInteraction(input: {userId: "user123", message: "x"}) { __typename } }',
    },
    logInteractions: {
      needs: 'ingest',
      query:
        'mutation { logInteractions(input: {userId: "user123", interactions: [{message: "x"}]}) { __typename } }',
    },
    sources: { needs: 'read', query: '{ sources { name } }' },
    conversations: { needs: 'read', query: '{ conversations { nodes { id } } }' },
    conversation: { needs: 'read', query: '{ conversation(externalId: "secret") { id } }' },
    search: { needs: 'read', query: '{ search(query: "x") { nodes { message { id } } } }' },
    savedViews: { needs: 'read', query: '{ savedViews { id } }' },
    saveView: {
      needs: 'operate',
      query: 'mutation { saveView(input: {name: "rights"}) { __typename } }',
    },
    removeView: { needs: 'operate', query: 'mutation { removeView(id: "none") { __typename } }' },
    closeConversation: {
      needs: 'operate',
      query: 'mutation { closeConversation(input: {conversationId: "s"}) { __typename } }',
    },
    reopenConversation: {
      needs: 'operate',
      query: 'mutation { reopenConversation(input: {conversationId: "s"}) { __typename } }',
    },
    endUser: { needs: 'read', query: '{ endUser(externalId: "user123") { id } }' },
    endUsers: { needs: 'read', query: '{ endUsers { nodes { id } } }' },
    session: { needs: 'read', query: '{ session(id: "s") { metrics { turns } } }' },
    recordTurn: {
      needs: 'ingest',
      query: 'mutation { recordTurn(input: {sessionId: "s", turnId: "t", outcome: FAILED}) { __typename } }',
    },
    recordCost: {
      needs: 'ingest',
      query: 'mutation { recordCost(input: {sessionId: "s", service: "llm"}) { __typename } }',
    },
    submitFeedback: {
      needs: 'ingest',
      query:
        'mutation { submitFeedback(input: {sessionId: "s", rating: 1, ratingType: THUMBS}) { __typename } }',
    },
    call: { needs: 'read', query: '{ call(id: "s") { callId } }' },
    latestCall: { needs: 'read', query: '{ latestCall { callId } }' },
    calls: { needs: 'read', query: '{ calls { nodes { callId } } }' },
    callCategories: { needs: 'read', query: '{ callCategories { name } }' },
    startCall: { needs: 'ingest', query: 'mutation { startCall(input: {callId: "p"}) { __typename } }' },
    logTranscriptSegment: {
      needs: 'ingest',
      query:
        'mutation { logTranscriptSegment(input: {callId: "p", segmentId: "s", speaker: AGENT, text: "x", startMs: 0, endMs: 1}) { __typename } }',
    },
    logTranscriptSegments: {
      needs: 'ingest',
      query: 'mutation { logTranscriptSegments(input: {segments: []}) { __typename } }',
    },
    endCall: { needs: 'ingest', query: 'mutation { endCall(input: {callId: "p"}) { __typename } }' },
    categorizeCall: {
      needs: 'ingest',
      query: 'mutation { categorizeCall(input: {callId: "p", categories: []}) { __typename } }',
    },
    setCallCategory: {
      needs: 'admin',
      query: 'mutation { setCallCategory(input: {name: "x", phrases: ["x"]}) { __typename } }',
    },
    removeCallCategory: {
      needs: 'admin',
      query: 'mutation { removeCallCategory(name: "none") { __typename } }',
    },
    confirmFact: {
      needs: 'operate',
      query: 'mutation { confirmFact(input: {factId: "RmFjdDox"}) { __typename } }',
    },
    correctFact: {
      needs: 'operate',
      query: 'mutation { correctFact(input: {factId: "RmFjdDox", value: "x"}) { __typename } }',
    },
    forgetFact: {
      needs: 'operate',
      query: 'mutation { forgetFact(input: {factId: "RmFjdDox"}) { __typename } }',
    },
    forgetEndUser: {
      needs: 'admin',
      query: 'mutation { forgetEndUser(input: {externalId: "nobody"}) { __typename } }',
    },
    takeOver: {
      needs: 'operate',
      query:
        'mutation { takeOver(input: {conversationId: "nobody", operator: "x", force: true}) { __typename } }',
    },
    setPolicies: { needs: 'admin', query: 'mutation { setPolicies(input: {}) { __typename } }' },
    policies: { needs: 'read', query: '{ viewer { project { policies { keepContentDays } } } }' },
    purgeConversation: {
      needs: 'admin',
      query: 'mutation { purgeConversation(input: {conversationId: "nobody"}) { __typename } }',
    },
    alerts: { needs: 'read', query: '{ alerts { nodes { id } } }' },
    alert: { needs: 'read', query: '{ alert(id: "1") { id } }' },
    raisedAlerts: { needs: 'read', query: '{ raisedAlerts }' },
    alertRules: { needs: 'read', query: '{ alertRules { id } }' },
    snoozeAlert: {
      needs: 'operate',
      query:
        'mutation { snoozeAlert(input: {id: "1", until: "2100-01-01T00:00:00Z", operator: "x"}) { __typename } }',
    },
    resolveAlert: {
      needs: 'operate',
      query: 'mutation { resolveAlert(input: {id: "1", operator: "x"}) { __typename } }',
    },
    createAlertRule: {
      needs: 'admin',
      query:
        'mutation { createAlertRule(input: {name: "x", condition: {kind: WAITING, seconds: 604800}}) { __typename } }',
    },
    updateAlertRule: {
      needs: 'admin',
      query: 'mutation { updateAlertRule(input: {id: "x"}) { __typename } }',
    },
    removeAlertRule: { needs: 'admin', query: 'mutation { removeAlertRule(id: "x") { __typename } }' },
    setPayloadMapping: { needs: 'admin', query: 'mutation { setPayloadMapping(input: {}) { __typename } }' },
  };
  const every: Scope[] = ['ingest', 'read', 'operate', 'admin'];
  test.each(
    every.flatMap((scope) => Object.entries(operations).map(([name, it]) => ({ scope, name, ...it }))),
  )('a key with the scope $scope is asked for $needs by $name', async ({ scope, needs, query }) => {
    const { key } = await aKey([scope]);
    const response = await server.post('/graphql', { query }, bearer(key));
    const { errors } = (await response.json()) as {
      errors?: { message: string; extensions: { code: string } }[];
    };
    expect(errors?.[0]?.extensions.code).toBe(scope === needs ? undefined : 'FORBIDDEN');
    if (scope !== needs)
      expect(errors?.[0]?.message).toContain(`This key lacks the scope "${needs}", which `);
  });

  test('the doors of bots ask for ingest, their reads for read', async () => {
    const { key: ingest } = await aKey(['ingest']);
    const { key: read } = await aKey(['read']);
    expect((await server.post('/webhook/conversation', exchange, bearer(ingest))).status).toBe(200);
    expect((await server.post('/webhook/conversation', exchange, bearer(read))).status).toBe(403);
    for (const [path, event] of [
      ['/ingest/lca', { EventType: 'START', CallId: 'of-lca' }],
      ['/ingest/contact-lens', { EventType: 'STARTED', ContactId: 'of-lens' }],
    ] as const) {
      expect((await server.post(path, event, bearer(ingest))).status).toBe(200);
      const denied = await server.post(path, event, bearer(read));
      expect([denied.status, await denied.json()]).toEqual([
        403,
        {
          detail:
            'This key lacks the scope "ingest". Use a key with it (earshot key create --scopes ingest).',
        },
      ]);
      expect((await server.post(path, event)).status).toBe(401);
    }
    expect((await server.get('/conversations/recent', bearer(read))).status).toBe(200);
    const refused = await server.get('/conversations/recent', bearer(ingest));
    expect([refused.status, await refused.json()]).toEqual([
      403,
      { detail: 'This key lacks the scope "read". Use a key with it (earshot key create --scopes read).' },
    ]);
    await expect(watch(server.url, '/ws', bearer(ingest))).rejects.toThrow('403');
    await expect(watch(server.url, '/ws/call', bearer(ingest))).rejects.toThrow('403');
    for (const path of ['/latest-call', '/details/call']) {
      expect((await server.get(path, bearer(ingest))).status).toBe(403);
    }
    for (const field of [
      'call(id: "s") { callId }',
      'latestCall { callId }',
      'recentCalls { callId }',
      'transcript(callId: "s") { cursor }',
    ]) {
      const asked = await server.post('/graphql', { query: `subscription { ${field} }` }, bearer(ingest));
      expect(await asked.text()).toContain('FORBIDDEN');
    }
  });

  test.each([
    ['none', undefined],
    ['one with a typing error', `${createKey().key.slice(0, -1)}!`],
    ['one that was never made', createKey().key],
    ['a piece of the right one', ENVIRONMENT_KEY.slice(0, -1)],
  ])('%s lets nobody in', async (_what, key) => {
    const headers: Record<string, string> = key === undefined ? {} : bearer(key);
    const response = await server.post('/graphql', { query: '{ viewer { openMode } }' }, headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    await using viewer = follow(server.url, key === undefined ? {} : { token: key });
    expect(await viewer.ended).toMatchObject({ code: 4403 });
  });

  test('a revoked key lets nobody in, and what it holds open is closed', async () => {
    const { key, revoke } = await aKey(['read']);
    await using feed = follow(server.url, { token: key });
    await using plain = await watch(server.url, `/ws?token=${key}`);
    await feed.next();
    const stream = await server.post(
      '/graphql',
      { query: 'subscription { feed { cursor } }' },
      { ...bearer(key), accept: '*/*' },
    );
    const reading = stream.text().then(
      () => 'ended',
      () => 'cut',
    );
    await revoke();
    tick();
    expect(await reading).toBe('cut');
    expect(await plain.closed).toMatchObject({ code: 4403 });
    expect(await feed.ended).toMatchObject({ code: 4403 });
    expect((await server.get('/conversations/recent', bearer(key))).status).toBe(401);
  });
});

describe('projects', () => {
  test('nothing of a project is visible in another, and a foreign id answers like a missing one', async () => {
    await server.post('/webhook/conversation', exchange, bearer(ENVIRONMENT_KEY));
    const { key: stranger } = await aKey(['ingest', 'read', 'operate', 'admin'], 'strangers');
    const ask = (query: string, key: string) => server.graphql(query, {}, bearer(key));
    const mine = await ask(
      '{ conversation(externalId: "secret") { id messages { nodes { id } } } }',
      ENVIRONMENT_KEY,
    );
    const { id, messages } = (
      mine as never as { conversation: { id: string; messages: { nodes: { id: string }[] } } }
    ).conversation;
    expect(
      await ask('{ conversations { nodes { id } } conversation(externalId: "secret") { id } }', stranger),
    ).toEqual({
      conversations: { nodes: [] },
      conversation: null,
    });
    for (const guessed of [
      id,
      messages.nodes[0]!.id,
      Buffer.from('Conversation:999999').toString('base64'),
    ]) {
      expect(await ask(`{ node(id: "${guessed}") { id } }`, stranger)).toEqual({ node: null });
    }
    const close = 'mutation { closeConversation(input: {conversationId: "secret"}) { __typename } }';
    expect(await ask(close, stranger)).toEqual({ closeConversation: { __typename: 'NotFoundError' } });
    const purge = 'mutation { purgeConversation(input: {conversationId: "secret"}) { __typename } }';
    expect(await ask(purge, stranger)).toEqual({ purgeConversation: { __typename: 'NotFoundError' } });
    const recent = await server.get('/conversations/recent', bearer(stranger));
    expect(await recent.json()).toEqual({ conversations: [], count: 0 });
  });

  test("what was learned and recorded in a project is nobody else's", async () => {
    const { key: stranger } = await aKey(['ingest', 'read', 'operate', 'admin'], 'spies');
    const owner = bearer(ENVIRONMENT_KEY);
    const said = { user_id: 'known', message: 'I love jazz', session_id: 'talk' };
    await server.post('/webhook/chat/message', said, owner);
    await server.post('/api/v1/sessions/talk/turns', { outcome: 'failed' }, owner);
    const { endUser } = await server.graphql<{ endUser: { facts: { id: string }[] } }>(
      '{ endUser(externalId: "known") { facts { id } } }',
      {},
      owner,
    );
    const fact = endUser.facts[0]!.id;
    const ask = (query: string) => server.graphql(query, {}, bearer(stranger));
    expect(
      await ask(`{ endUser(externalId: "known") { id } session(id: "talk") { metrics { turns } }
        endUsers { nodes { id } } node(id: "${fact}") { id } }`),
    ).toEqual({ endUser: null, session: null, endUsers: { nodes: [] }, node: null });
    for (const change of [
      `confirmFact(input: {factId: "${fact}"})`,
      `forgetFact(input: {factId: "${fact}"})`,
    ]) {
      expect(await ask(`mutation { it: ${change} { __typename } }`)).toEqual({
        it: { __typename: 'NotFoundError' },
      });
    }
    expect(await ask('mutation { it: forgetEndUser(input: {externalId: "known"}) { __typename } }')).toEqual({
      it: { __typename: 'NotFoundError' },
    });
    const paths = [
      '/webhook/chat/insights/known',
      '/api/v1/sessions/talk/costs',
      '/api/v1/sessions/talk/metrics',
    ];
    for (const path of paths) expect((await server.get(path, bearer(stranger))).status).toBe(404);
    expect((await server.get(paths[0]!, owner)).status).toBe(200);
  });

  test("a call of a project is nobody else's, by no door", async () => {
    const { key: stranger } = await aKey(['ingest', 'read', 'operate', 'admin'], 'eavesdroppers');
    const said =
      'mutation { logTranscriptSegment(input: {callId: "theirs", segmentId: "s", speaker: AGENT, text: "TEXT", startMs: 0, endMs: 1}) { __typename } }';
    await server.graphql(said.replace('TEXT', 'a secret'), {}, bearer(ENVIRONMENT_KEY));
    const ask = (query: string) => server.graphql(query, {}, bearer(stranger));
    expect(
      await ask('{ call(id: "theirs") { callId } latestCall { callId } calls { nodes { callId } } }'),
    ).toEqual({
      call: null,
      latestCall: null,
      calls: { nodes: [] },
    });
    expect(await ask('mutation { it: endCall(input: {callId: "theirs"}) { __typename } }')).toEqual({
      it: { __typename: 'NotFoundError' },
    });
    for (const path of ['/latest-call', '/details/theirs']) {
      expect((await server.get(path, bearer(stranger))).status).toBe(404);
    }
    await using viewer = await watch(server.url, '/ws/theirs', bearer(stranger));
    await server.graphql(said.replace('TEXT', 'mine'), {}, bearer(stranger));
    expect(await viewer.next()).toEqual({ speaker: 'Agent', text: 'mine' });
  });

  test('a stranger who follows sees only what is his', async () => {
    const { key: stranger } = await aKey(['ingest', 'read'], 'followers');
    await using viewer = follow(server.url, { token: stranger });
    await viewer.next();
    await server.post('/webhook/conversation', { ...exchange, id: 'not his' }, bearer(ENVIRONMENT_KEY));
    await server.post('/webhook/conversation', { ...exchange, id: 'his' }, bearer(stranger));
    expect(await viewer.event()).toMatchObject({ conversation: { externalId: 'his' } });
  });

  test('a cursor of another project is answered with a reset', async () => {
    const { key } = await aKey(['read'], 'others');
    await using mine = follow(server.url, { token: ENVIRONMENT_KEY });
    const { cursor } = await mine.next();
    await using viewer = follow(server.url, { token: key, after: cursor });
    expect(await viewer.next()).toMatchObject({ events: [], reset: { reason: 'UNKNOWN_EPOCH' } });
  });
});

describe('open mode', () => {
  test('everything is allowed without a key, and a wrong one is ignored, until a key is made', async () => {
    let clock = Date.now();
    await using open = await startServer({ now: () => (clock += 60_000) });
    expect(await open.graphql('{ viewer { openMode scopes } }', {}, bearer('placeholder'))).toEqual({
      viewer: { openMode: true, scopes: ['ingest', 'read', 'operate', 'admin'] },
    });
    const there = openDatabase({ connectionString: open.databaseUrl });
    const { id, hash } = createKey();
    await silentJournal(there).write(1, [
      { kind: 'createKey', key: { id, name: 'first', hash, scopes: ['read'] } },
    ]);
    await there[Symbol.asyncDispose]();
    expect((await open.post('/webhook/conversation', exchange)).status).toBe(401);
  });

  test('a server that other machines can reach does not start without a key, and says what to set', async () => {
    await expect(startServer({ env: { HOST: '0.0.0.0' } })).rejects.toThrow(/Set WEBHOOK_API_KEY/u);
    await using keyed = await startServer({ env: { HOST: '0.0.0.0', WEBHOOK_API_KEY: ENVIRONMENT_KEY } });
    expect((await keyed.get('/health')).status).toBe(200);
  });
});
