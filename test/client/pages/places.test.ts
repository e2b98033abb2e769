import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { ConnectionError } from '../../../client/connection-error.ts';
import { fire } from '../../../client/elements/fire.ts';
import type { LiveMonitor } from '../../../client/pages/live-monitor.ts';
import { expectAccessible } from '../support/axe.ts';
import { aConversation, aFrame, messages, moment } from '../support/factories.ts';
import { FakeServer } from '../support/fake-connection.ts';
import { mount, textOf } from '../support/mount.ts';
import { find, findAll, idle } from '../support/shadows.ts';

const user = aConversation({ externalId: 'user123', activeAt: moment(60) });
const old = aConversation({ externalId: 'conv_1736', activeAt: moment(0) });

async function open(server = new FakeServer()) {
  server.conversations = [user];
  server.others = [old];
  server.messages.set('user123', messages(1, 4));
  server.messages.set('conv_1736', messages(11, 12));
  const monitor = await mount('live-monitor', html`<live-monitor .connect=${server.connect}></live-monitor>`);
  monitor.style.width = '1100px';
  await idle(monitor);
  return { server, monitor };
}

const placeButton = (monitor: LiveMonitor, label: string) =>
  findAll(monitor, 'place-bar button, nav button').find((button) => textOf(button) === label)!;
const isShown = (monitor: LiveMonitor, tag: string) => find(monitor, tag)?.checkVisibility() ?? false;
const title = (monitor: LiveMonitor) => textOf(find(monitor, 'h3'));

describe('places of <live-monitor>', () => {
  it('are one press away, and tell where one is', async () => {
    const { monitor } = await open();
    placeButton(monitor, 'Figures').click();
    await idle(monitor);
    expect(isShown(monitor, 'live-metrics')).toBe(true);
    expect(isShown(monitor, 'conversation-list')).toBe(false);
    expect(placeButton(monitor, 'Figures').getAttribute('aria-current')).toBe('page');
    const headings = findAll(monitor, 'h2').filter((heading) => heading.checkVisibility());
    expect(headings.map((heading) => textOf(heading))).toEqual(['Figures']);
    await expectAccessible(monitor);
  });

  it('are left as they were', async () => {
    const { monitor } = await open();
    const log = find(monitor, 'message-log');
    placeButton(monitor, 'Figures').click();
    await idle(monitor);
    placeButton(monitor, 'Conversations').click();
    await idle(monitor);
    expect(find(monitor, 'message-log')).toBe(log);
    expect(isShown(monitor, 'conversation-list')).toBe(true);
    expect(isShown(monitor, 'live-metrics')).toBe(false);
  });

  it('have keys', async () => {
    const { monitor } = await open();
    find(monitor, '.frame')?.focus();
    await userEvent.keyboard('p');
    await idle(monitor);
    expect(isShown(monitor, 'live-transcript')).toBe(true);
    await userEvent.keyboard('f');
    await idle(monitor);
    expect(isShown(monitor, 'live-metrics')).toBe(true);
    await userEvent.keyboard('c');
    await idle(monitor);
    expect(isShown(monitor, 'conversation-list')).toBe(true);
  });

  it('do not keep the keyboard when they are left by a key', async () => {
    const { monitor } = await open();
    find(monitor, '[role=log]')?.focus();
    for (const key of ['f', 'p', 'c']) await userEvent.keyboard(key);
    await idle(monitor);
    expect(isShown(monitor, 'conversation-list')).toBe(true);
    expect(monitor.shadowRoot?.activeElement).toBe(find(monitor, '.frame'));
  });

  it('are reached by their keys at once where the page says autofocus', async () => {
    const server = new FakeServer();
    server.conversations = [user];
    server.messages.set('user123', messages(1, 4));
    const monitor = await mount(
      'live-monitor',
      html`<live-monitor .connect=${server.connect} autofocus></live-monitor>`,
    );
    await idle(monitor);
    await userEvent.keyboard('f');
    await idle(monitor);
    expect(isShown(monitor, 'live-metrics')).toBe(true);
  });

  it('tell how many alerts are raised, those from before the page was opened as well', async () => {
    const server = new FakeServer();
    server.raisedAlerts = 2;
    const { monitor } = await open(server);
    expect(placeButton(monitor, 'Alerts 2')).toBeDefined();
    server.raisedAlerts = 3;
    server.say(aFrame([{ __typename: 'AlertRaised', seq: 1, conversation: null }]));
    await expect.poll(() => textOf(find(monitor, 'place-bar'))).toContain('Alerts 3');
    expect(textOf(monitor)).toContain('A new alert was raised.');
    server.raisedAlerts = 0;
    server.say(aFrame([{ __typename: 'AlertResolved', seq: 2, conversation: null }]));
    await expect.poll(() => textOf(find(monitor, 'place-bar'))).not.toContain('Alerts 3');
    expect(placeButton(monitor, 'Alerts')).toBeDefined();
  });

  it('say of a new alert that there is one only where it is not seen', async () => {
    const { monitor, server } = await open();
    placeButton(monitor, 'Alerts').click();
    await idle(monitor);
    server.say(aFrame([{ __typename: 'AlertRaised', seq: 1, conversation: null }]));
    await idle(monitor);
    expect(textOf(monitor)).not.toContain('A new alert was raised.');
  });

  it('open a conversation that the list does not have, and do not move on from it', async () => {
    const { monitor } = await open();
    placeButton(monitor, 'Figures').click();
    await idle(monitor);
    fire(find(monitor, 'live-metrics')!, 'conversation-open', { conversation: 'conv_1736' });
    await idle(monitor);
    expect(title(monitor)).toBe('conv_1736');
    expect(isShown(monitor, 'message-log')).toBe(true);
    expect(textOf(monitor)).not.toContain('Following the newest conversation');
  });

  it('say so when a conversation is gone, or the server cannot be asked', async () => {
    const { monitor, server } = await open();
    fire(find(monitor, 'conversation-list')!, 'conversation-open', { conversation: 'nobody' });
    await idle(monitor);
    expect(textOf(monitor)).toContain('This conversation is not there any more.');
    server.failure = new ConnectionError('lost', 'The server cannot be reached.');
    fire(find(monitor, 'conversation-list')!, 'conversation-open', { conversation: 'conv_1736' });
    await idle(monitor);
    expect(textOf(monitor)).toContain('The conversation could not be opened. The server cannot be reached.');
    expect(title(monitor)).toBe('user123');
  });
});
