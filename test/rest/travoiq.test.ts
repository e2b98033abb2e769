import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { say, telephone } from '../support/calls.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { watch } from '../support/viewer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const textOf = async (path: string): Promise<[status: number, text: string]> => {
  const response = await server.get(path);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return [response.status, await response.text()];
};

describe('calls as the dashboard reads them', () => {
  test('there is no latest call while there is none', async () => {
    expect(await textOf('/latest-call')).toEqual([404, '{"detail":"No calls found"}']);
  });

  test('the latest call and its details read to the byte', async () => {
    await telephone(server, 'startCall', {
      callId: 'call-1',
      customerPhoneNumber: '+15551234567',
      startedAt: '2026-01-02T03:04:05Z',
    });
    await say(server, 'call-1', 's2', 'How can I help?', { speaker: 'AGENT', startMs: 1500, endMs: 2750.5 });
    await say(server, 'call-1', 's1', 'Grüß Gott 😀', { endMs: 1250 });
    await say(server, 'call-1', 's3', 'still sp', { startMs: 3000, endMs: 3500, isPartial: true });
    const call =
      '"contactId":"call-1","customerPhoneNumber":"+15551234567","callTimestamp":"2026-01-02T03:04:05.000Z","status":"active"';
    expect(await textOf('/latest-call')).toEqual([200, `{${call}}`]);
    const segments =
      '{"speaker":"Customer","text":"Grüß Gott 😀","start":0,"end":1.25,"segmentId":"s1"},' +
      '{"speaker":"Agent","text":"How can I help?","start":1.5,"end":2.7505,"segmentId":"s2"}';
    expect(await textOf('/details/call-1')).toEqual([200, `{${call},"segments":[${segments}]}`]);
    await telephone(server, 'endCall', { callId: 'call-1' });
    expect((await textOf('/details/call-1'))[1]).toContain('"status":"closed"');
  });

  test('the latest call is the one that began last, however late it is told of', async () => {
    await telephone(server, 'startCall', { callId: 'newest', startedAt: '2026-01-03T00:00:00Z' });
    await telephone(server, 'startCall', { callId: 'older', startedAt: '2026-01-02T23:00:00Z' });
    await telephone(server, 'startCall', { callId: 'newest', agentId: 'agent-1' });
    expect((await textOf('/latest-call'))[1]).toContain('"contactId":"newest","customerPhoneNumber":null');
  });

  test('what is no call is not found, and shows in the other reads as what it is', async () => {
    await server.post('/webhook/conversation', { id: 'chat', user_message: 'hi' });
    for (const path of ['/details/chat', '/details/nobody']) {
      expect(await textOf(path)).toEqual([404, '{"detail":"Call not found"}']);
    }
    // The call that ended is not among those that go on.
    const admin = (await (await server.get('/admin/conversations')).json()) as {
      conversations: { external_id?: string; platform: string }[];
    };
    expect(admin.conversations.filter(({ platform }) => platform === 'call')).toHaveLength(2);
    const recent = await (await server.get('/conversations/recent')).text();
    expect(recent).not.toContain('call-1');
  });

  test('ids with slashes, dots and any letters are found, written as %2F and so on', async () => {
    for (const callId of ['a/b', 'a.b', 'Gespräch 1', '😀?#']) {
      await say(server, callId, 's', 'hello');
      const [status, text] = await textOf(`/details/${encodeURIComponent(callId)}`);
      expect([status, (JSON.parse(text) as { contactId: string }).contactId]).toEqual([200, callId]);
      await using viewer = await watch(server.url, `/ws/${encodeURIComponent(callId)}`);
      expect(await viewer.next()).toEqual({ speaker: 'Customer', text: 'hello' });
    }
  });

  test('an id that cannot be one is refused, on the upgrade too', async () => {
    for (const id of ['a%00b', 'a%0Ab', 'x'.repeat(256)]) {
      const [status, text] = await textOf(`/details/${id}`);
      expect([status, text]).toEqual([400, expect.stringMatching(/^\{"detail":"call_id must .*\."\}$/u)]);
      await expect(watch(server.url, `/ws/${id}`)).rejects.toThrow('refused with 400');
    }
    expect((await server.get(`/details/${'x'.repeat(255)}`)).status).toBe(404);
  });

  test('other methods are told which ones there are', async () => {
    for (const path of ['/latest-call', '/details/call-1']) {
      const response = await server.post(path, {});
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      expect(await response.json()).toEqual({ detail: 'Method not allowed. Use GET, HEAD.' });
    }
  });
});

describe('WS /ws/{call_id}', () => {
  test('sends every final so far in the order of the call, then each as it becomes final', async () => {
    await say(server, 'live', 's2', 'second', { startMs: 2000, endMs: 3000, speaker: 'AGENT' });
    await say(server, 'live', 's1', 'first');
    await say(server, 'live', 's3', 'thi', { startMs: 4000, endMs: 4100, isPartial: true });
    await using viewer = await watch(server.url, '/ws/live');
    expect(await viewer.next()).toEqual({ speaker: 'Customer', text: 'first' });
    expect(await viewer.next()).toEqual({ speaker: 'Agent', text: 'second' });
    await say(server, 'live', 's3', 'third', { startMs: 4000, endMs: 5000 });
    expect(await viewer.next()).toEqual({ speaker: 'Customer', text: 'third' });
    // A repetition and a late partial are no news; a corrected final is sent again.
    await say(server, 'live', 's3', 'third', { startMs: 4000, endMs: 5000 });
    await say(server, 'live', 's3', 'thir', { startMs: 4000, endMs: 4500, isPartial: true });
    await say(server, 'other', 's1', 'not here');
    await say(server, 'live', 's1', 'first of all');
    expect(await viewer.next()).toEqual({ speaker: 'Customer', text: 'first of all' });
    expect(viewer.waiting).toBe(0);
  });

  test('waits for a call that is not known yet', async () => {
    await using viewer = await watch(server.url, '/ws/to-come');
    await telephone(server, 'startCall', { callId: 'to-come' });
    await say(server, 'to-come', 's1', 'here I am');
    expect(await viewer.next()).toEqual({ speaker: 'Customer', text: 'here I am' });
  });

  test('gives a call of many pages whole and once, while it goes on', async () => {
    const segments = Array.from({ length: 1200 }, (_, place) => ({
      callId: 'long',
      segmentId: `s${place}`,
      speaker: place % 2 === 0 ? 'CUSTOMER' : 'AGENT',
      text: `words ${place}`,
      startMs: place * 10,
      endMs: place * 10 + 9,
    }));
    await telephone(server, 'logTranscriptSegments', { segments: segments.slice(0, 600) });
    await telephone(server, 'logTranscriptSegments', { segments: segments.slice(600, 1100) });
    await using viewer = await watch(server.url, '/ws/long');
    await telephone(server, 'logTranscriptSegments', { segments: segments.slice(1100) });
    const texts: unknown[] = [];
    while (texts.length < 1200) texts.push((await viewer.next())['text']);
    expect(texts).toEqual(segments.map(({ text }) => text));
    expect(viewer.waiting).toBe(0);
  });

  test('what viewers send is ignored', async () => {
    await using viewer = await watch(server.url, '/ws/live');
    viewer.socket.send('{"type":"subscribe"}');
    expect(await viewer.next()).toEqual({ speaker: 'Customer', text: 'first of all' });
  });
});

describe('with keys', () => {
  test('every door asks for one, and a WebSocket is answered on the upgrade', async () => {
    await using locked = await startServer({ env: { WEBHOOK_API_KEY: 'secret-key' } });
    const headers = { authorization: 'Bearer secret-key' };
    for (const path of ['/latest-call', '/details/x']) {
      const response = await locked.get(path);
      expect([response.status, await response.text()]).toEqual([401, '{"detail":"Authentication required"}']);
    }
    await expect(watch(locked.url, '/ws/x')).rejects.toThrow('refused with 401');
    await expect(watch(locked.url, '/ws/x?token=wrong')).rejects.toThrow('refused with 401');
    await say(locked, 'x', 's', 'hello', {}).catch(() => undefined);
    await telephone(locked, 'startCall', { callId: 'x' }, headers);
    for (const path of ['/ws/x?token=secret-key', '/ws/x?api_key=secret-key']) {
      await using viewer = await watch(locked.url, path);
      expect(viewer.waiting).toBe(0);
    }
  });

  test('a viewer that reads too slowly is cut and told so', async () => {
    await using small = await startServer({ viewerCapacity: 5 });
    await using viewer = await watch(small.url, '/ws/busy');
    viewer.socket.pause();
    const words = 'x'.repeat(90_000);
    for (let round = 0; round < 40; round += 1) {
      const segments = Array.from({ length: 6 }, (_, place) => ({
        callId: 'busy',
        segmentId: `${round} ${place}`,
        speaker: 'AGENT',
        text: words,
        startMs: round,
        endMs: round,
      }));
      await telephone(small, 'logTranscriptSegments', { segments });
    }
    viewer.socket.resume();
    expect(await viewer.closed).toMatchObject({ code: 1013, reason: 'You are reading too slowly.' });
  });
});
