import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import {
  ForgetEndUserDocument,
  PurgeConversationDocument,
  TakeOverDocument,
} from '../../../generated/client/graphql.ts';
import type { LiveMonitor } from '../../../client/pages/live-monitor.ts';
import type { Conversation } from '../../../client/reducers/board.ts';
import { expectAccessible } from '../support/axe.ts';
import { aConversation, messages } from '../support/factories.ts';
import { FakeServer } from '../support/fake-connection.ts';
import { mount, textOf } from '../support/mount.ts';
import { find, findAll, idle } from '../support/shadows.ts';

const byBen = aConversation({
  externalId: 'session-123',
  endUser: { externalId: 'user123' },
  owner: 'HUMAN',
  operator: 'operator-2',
} as Partial<Conversation>);

async function open(
  scopes: FakeServer['viewer']['scopes'],
): Promise<{ server: FakeServer; monitor: LiveMonitor }> {
  const server = new FakeServer();
  server.viewer = { ...server.viewer, scopes };
  server.conversations = [byBen];
  server.messages.set(byBen.externalId, messages(1, 2));
  const monitor = await mount(
    'live-monitor',
    html`<live-monitor .connect=${server.connect} .operator=${'operator-1'}></live-monitor>`,
  );
  monitor.style.width = '1100px';
  await idle(monitor);
  return { server, monitor };
}

const buttons = (monitor: LiveMonitor) =>
  findAll(find(monitor, 'reply-desk'), 'button').map((it) => textOf(it));
async function press(monitor: LiveMonitor, words: string): Promise<void> {
  findAll(monitor, 'button')
    .find((button) => textOf(button) === words)!
    .click();
  await idle(monitor);
}

describe('a conversation that somebody else holds', () => {
  it('is taken from him by force, after one more question', async () => {
    const { server, monitor } = await open(['read', 'operate']);
    await press(monitor, 'Take over from operator-2');
    expect(server.sent(TakeOverDocument)).toEqual([]);
    await expectAccessible(monitor);
    await press(monitor, 'Take it from operator-2');
    expect(server.sent(TakeOverDocument)).toEqual([
      { externalId: 'session-123', operator: 'operator-1', force: true },
    ]);
  });

  it('stays with him when the question is answered with no', async () => {
    const { server, monitor } = await open(['read', 'operate']);
    await press(monitor, 'Take over from operator-2');
    await userEvent.keyboard('{Enter}');
    await idle(monitor);
    expect(server.sent(TakeOverDocument)).toEqual([]);
    expect(findAll(monitor, 'button').map((it) => textOf(it))).toContain('Take over from operator-2');
  });
});

describe('erasing', () => {
  it('is offered to administrators alone', async () => {
    const { monitor } = await open(['read', 'operate']);
    expect(find(monitor, 'erase-words')).toBeNull();
    expect(buttons(monitor)).not.toContain('Erase…');
  });

  it('asks what is meant, and erases the conversation or forgets the person', async () => {
    const { server, monitor } = await open(['read', 'operate', 'admin']);
    await press(monitor, 'Erase…');
    await expectAccessible(monitor);
    await press(monitor, 'Erase this conversation');
    expect(server.sent(PurgeConversationDocument)).toEqual([{ externalId: 'session-123' }]);
    await press(monitor, 'Erase…');
    await press(monitor, 'Forget user123');
    expect(server.sent(ForgetEndUserDocument)).toEqual([{ externalId: 'user123' }]);
    expect(textOf(find(find(monitor, 'erase-words'), '[role=status]'))).toBe('user123 is forgotten.');
  });

  it('tells why it was refused', async () => {
    const { server, monitor } = await open(['read', 'operate', 'admin']);
    server.refusal = 'There is no such conversation.';
    await press(monitor, 'Erase…');
    await press(monitor, 'Erase this conversation');
    expect(textOf(find(find(monitor, 'erase-words'), '[role=alert]'))).toBe('There is no such conversation.');
  });
});
