import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { SourcesDocument, type SourcesSubscription } from '../../../generated/client/graphql.ts';
import type { Connection, ConnectionOptions, Sink } from '../../../client/connection.ts';
import { expectAccessible } from '../support/axe.ts';
import { aConversation, aFrame } from '../support/factories.ts';
import { FakeServer } from '../support/fake-connection.ts';
import { mount, textOf } from '../support/mount.ts';
import { find, idle } from '../support/shadows.ts';

async function open(...sources: FakeServer['sources']) {
  const server = new FakeServer();
  server.conversations = [aConversation({ externalId: 'call-1' })];
  server.sources = sources;
  const sinks: Sink<SourcesSubscription>[] = [];
  const connect = (options: ConnectionOptions): Connection => {
    const connection = server.connect(options);
    const subscribe = ((document: unknown, variables: never, sink: never) => {
      if (document !== SourcesDocument) return connection.subscribe(document as never, variables, sink);
      sinks.push(sink);
      return () => undefined;
    }) as Connection['subscribe'];
    return { ...connection, subscribe };
  };
  const monitor = await mount('live-monitor', html`<live-monitor .connect=${connect}></live-monitor>`);
  monitor.style.width = '1100px';
  await idle(monitor);
  const tell = async (...sources: SourcesSubscription['sources']): Promise<string> => {
    sinks.at(-1)!.next({ sources });
    await idle(monitor);
    return textOf(find(find(monitor, 'source-notice')!, 'span'));
  };
  return { server, monitor, tell, isAsked: () => sinks.length > 0 };
}

describe('sources of calls in <live-monitor>', () => {
  it('are mentioned only while they are away', async () => {
    const { monitor, tell } = await open({ status: 'FOLLOWING' });
    const name = 'dynamodb';
    expect(await tell({ name, status: 'FOLLOWING', reason: null })).toBe('');
    expect(await tell({ name, status: 'WAITING', reason: 'It cannot be reached.' })).toBe(
      'Calls are not read now: dynamodb (It cannot be reached.)',
    );
    await expectAccessible(monitor);
    expect(await tell({ name, status: 'FOLLOWING', reason: null })).toBe('');
    expect(await tell()).toBe('');
  });

  it('are not asked for where there are none, until the feed tells of the first', async () => {
    const { server, monitor, isAsked, tell } = await open({ status: 'OFF' });
    expect(isAsked()).toBe(false);
    server.say(aFrame([{ __typename: 'ProjectChanged', seq: 1, conversation: null, what: 'SourceChanged' }]));
    await expect.poll(isAsked).toBe(true);
    await idle(monitor);
    expect(await tell({ name: 'dynamodb', status: 'WAITING', reason: 'Away.' })).toContain(
      'dynamodb (Away.)',
    );
  });
});
