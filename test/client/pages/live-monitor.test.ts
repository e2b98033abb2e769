import { html } from 'lit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { CloseConversationDocument, OpenConversationDocument } from '../../../generated/client/graphql.ts';
import { ConnectionError } from '../../../client/connection-error.ts';
import type { LiveMonitor } from '../../../client/pages/live-monitor.ts';
import { expectAccessible } from '../support/axe.ts';
import { aConversation, aFrame, aMessage, closed, logged, messages, moment } from '../support/factories.ts';
import { FakeServer } from '../support/fake-connection.ts';
import { drawn, mount, settled, textOf } from '../support/mount.ts';

const user = aConversation({
  externalId: 'user123',
  activeAt: moment(60),
  lastText: 'Hello there',
  awaitingReply: true,
});
const polly = aConversation({ externalId: 'conv_1736', activeAt: moment(0) });

function aServer(): FakeServer {
  const server = new FakeServer();
  server.conversations = [user, polly];
  server.messages.set('user123', messages(1, 6));
  server.messages.set('conv_1736', messages(11, 11));
  return server;
}

interface Facts {
  token?: string;
  theme?: string;
  width?: number;
  remembersKey?: boolean;
}

async function open(server: FakeServer, facts: Facts = {}): Promise<LiveMonitor> {
  const { token = null, theme = 'light', width = 1_100, remembersKey = false } = facts;
  const monitor = await mount(
    'live-monitor',
    html`<live-monitor
      .connect=${server.connect}
      .token=${token}
      theme=${theme}
      ?remembers-key=${remembersKey}
    ></live-monitor>`,
  );
  monitor.style.width = `${width}px`;
  await idle(monitor);
  return monitor;
}

async function idle(monitor: Element): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await drawn();
    await settled(monitor);
  }
}

/** The first element that matches, in the page or in any shadow below it. */
function find(root: Element | ShadowRoot | null | undefined, selector: string): HTMLElement | null {
  const here = root instanceof Element ? root.shadowRoot : root;
  const found = here?.querySelector<HTMLElement>(selector);
  if (found) return found;
  for (const element of here?.querySelectorAll('*') ?? []) {
    const deeper = element.shadowRoot && find(element, selector);
    if (deeper) return deeper;
  }
  return null;
}

const stateOf = (monitor: Element) => textOf(find(monitor, 'connection-state'));
const titleOf = (monitor: Element) => textOf(find(monitor, 'h3'));
const logOf = (monitor: Element) => textOf(find(monitor, '[role=log]'));
const cardOf = (monitor: Element, id: string) =>
  find(monitor, `conversation-card[data-id="${id}"]`) as HTMLElement;

describe('<live-monitor>', () => {
  it('shows what is there, follows the newest conversation and goes live from the position that it read', async () => {
    const server = aServer();
    server.cursor = 'epoch:42';
    const monitor = await open(server);
    expect(server.subscriptions.map(({ after }) => after)).toEqual(['epoch:42']);
    expect(stateOf(monitor)).toBe('Live');
    expect(titleOf(monitor)).toBe('user123');
    expect(logOf(monitor)).toContain('Message 6');
    expect(textOf(monitor)).toContain('Following the newest conversation');
  });

  it('puts what is said on the screen, in the list and in the open conversation', async () => {
    const server = aServer();
    const monitor = await open(server);
    const said = { ...user, lastText: 'Yes please', messageCount: 7 };
    server.say(aFrame([logged(1, said, aMessage(7, { text: 'Yes please' }))]));
    await idle(monitor);
    expect(logOf(monitor)).toContain('Yes please');
    expect(textOf(cardOf(monitor, 'user123'))).toContain('7 messages');
  });

  it('stays with the conversation that the person chose', async () => {
    const server = aServer();
    const monitor = await open(server);
    cardOf(monitor, 'conv_1736').click();
    await idle(monitor);
    server.say(aFrame([logged(1, { ...user, activeAt: moment(90) }, aMessage(7))]));
    await idle(monitor);
    expect(titleOf(monitor)).toBe('conv_1736');
    expect(textOf(monitor)).not.toContain('Following the newest conversation');
  });

  it('greys what it has while it is offline, and resumes from where it was', async () => {
    const server = aServer();
    const monitor = await open(server);
    server.say(aFrame([logged(7, user, aMessage(7, { text: 'Before the cut' }))]));
    await idle(monitor);
    server.cut();
    await idle(monitor);
    expect(stateOf(monitor)).toMatch(/^Offline, retrying/);
    expect(find(monitor, '.places')?.classList.contains('stale')).toBe(true);
    expect(logOf(monitor)).toContain('Before the cut');
    find(monitor, 'connection-state')?.shadowRoot?.querySelector('button')?.click();
    await idle(monitor);
    expect(stateOf(monitor)).toBe('Live');
    expect(server.subscriptions.map(({ after }) => after)).toEqual(['epoch:7']);
    expect(find(monitor, '.places')?.classList.contains('stale')).toBe(false);
  });

  it('asks for everything again after a reset', async () => {
    const server = aServer();
    const monitor = await open(server);
    server.conversations = [polly];
    server.cursor = 'other:5';
    server.say(aFrame([], { reset: { message: 'The history was pruned.' } }));
    await idle(monitor);
    expect(titleOf(monitor)).toBe('conv_1736');
    expect(cardOf(monitor, 'user123')).toBeNull();
    expect(server.subscriptions.at(-1)?.after).toBe('other:5');
    expect(stateOf(monitor)).toBe('Live');
  });

  it('loses nothing when it is moved in its page', async () => {
    const server = aServer();
    const monitor = await open(server);
    server.say(aFrame([logged(1, user, aMessage(7, { text: 'Just before' }))]));
    monitor.parentElement?.append(monitor);
    await idle(monitor);
    expect(server.subscriptions.map(({ after, stopped }) => [after, stopped])).toEqual([
      ['epoch:0', true],
      ['epoch:1', false],
    ]);
    expect(textOf(monitor)).toContain('Just before');
    server.say(aFrame([logged(2, { ...user, lastText: 'Just after' }, aMessage(8, { text: 'Just after' }))]));
    await idle(monitor);
    expect(logOf(monitor)).toContain('Just after');
    expect(textOf(cardOf(monitor, 'user123'))).toContain('Just after');
  });

  it('loads older messages and keeps them with the newer ones', async () => {
    const server = aServer();
    server.messages.set('user123', messages(1, 320));
    const monitor = await open(server);
    const log = find(monitor, '[role=log]') as HTMLElement;
    log.scrollTop = 0;
    await idle(monitor);
    expect(find(monitor, 'message-log')).toMatchObject({ messages: { length: 320 } });
    const last = server.asked.filter(({ document }) => document === OpenConversationDocument).at(-1);
    expect(last?.variables).toMatchObject({ before: btoa('Message:121') });
    expect(textOf(monitor)).not.toContain('Following the newest conversation');
  });

  it('closes a conversation when the server says so, not before', async () => {
    const server = aServer();
    const monitor = await open(server);
    find(monitor, '.actions button:last-child')?.click();
    await idle(monitor);
    expect(server.asked.at(-1)).toEqual({
      document: CloseConversationDocument,
      variables: { externalId: 'user123' },
    });
    expect(textOf(find(monitor, '.actions'))).toBe('Follow the newest Notes Close');
    server.say(aFrame([closed(1, user)]));
    await idle(monitor);
    expect(textOf(find(monitor, '.actions'))).toBe('Follow the newest Notes Reopen');
  });

  it('tells why a conversation could not be closed', async () => {
    const server = aServer();
    server.refusal = 'There is no such conversation.';
    const monitor = await open(server);
    find(monitor, '.actions button:last-child')?.click();
    await idle(monitor);
    expect(textOf(find(monitor, 'conversation-head')?.shadowRoot?.querySelector('[role=alert]'))).toBe(
      server.refusal,
    );
  });

  it('offers no button to a key that may only read', async () => {
    const server = aServer();
    server.viewer = { ...server.viewer, scopes: ['read'] };
    expect(textOf(find(await open(server), '.actions'))).toBe('');
  });

  it('helps where nothing has been said yet, and shows the first conversation at once', async () => {
    const server = new FakeServer();
    const monitor = await open(server);
    expect(textOf(monitor)).toContain(`curl ${location.origin}/webhook/conversation`);
    server.messages.set('conv_1736', [aMessage(1, { text: "What's the weather like?" })]);
    server.say(aFrame([logged(1, polly, aMessage(1, { text: "What's the weather like?" }))]));
    await idle(monitor);
    expect(logOf(monitor)).toContain("What's the weather like?");
  });

  it('says what is wrong while the server cannot be reached, and starts by itself when it can', async () => {
    const server = aServer();
    server.failure = new ConnectionError('lost', 'The server cannot be reached.');
    const monitor = await open(server);
    expect(textOf(monitor)).toContain('The server cannot be reached.');
    server.failure = null;
    await vi.waitFor(() => expect(stateOf(monitor)).toBe('Live'));
    expect(titleOf(monitor)).toBe('user123');
  });
});

describe('<live-monitor> with a key', () => {
  function aLockedServer(): FakeServer {
    const server = aServer();
    server.key = 'ear_right';
    return server;
  }

  async function give(monitor: LiveMonitor, key: string): Promise<void> {
    (find(monitor, 'input') as HTMLInputElement).value = key;
    find(monitor, 'form button')?.click();
    await idle(monitor);
  }

  it('asks for one, says when it is wrong, and opens with the right one', async () => {
    const monitor = await open(aLockedServer());
    expect(stateOf(monitor)).toBe('Key needed');
    expect(textOf(find(monitor, 'key-form'))).not.toContain('not accepted');
    await give(monitor, 'ear_wrong');
    expect(textOf(find(monitor, 'key-form'))).toContain('That key was not accepted.');
    await give(monitor, 'ear_right');
    expect(titleOf(monitor)).toBe('user123');
  });

  it('remembers the right one in this tab, where it is told to', async () => {
    onTestFinished(() => sessionStorage.clear());
    const first = await open(aLockedServer(), { remembersKey: true });
    await give(first, 'ear_wrong');
    expect(sessionStorage).toHaveLength(0);
    await give(first, 'ear_right');
    expect(titleOf(await open(aLockedServer(), { remembersKey: true }))).toBe('user123');
    expect(find(await open(aLockedServer()), 'key-form')).not.toBeNull();
  });

  it('takes everything off the screen when the key is withdrawn, and tells its page', async () => {
    const server = aLockedServer();
    const monitor = await open(server, { token: 'ear_right' });
    const told = vi.fn();
    monitor.addEventListener('access-denied', told);
    server.cut('key-needed');
    await idle(monitor);
    expect(told).toHaveBeenCalledTimes(1);
    expect(find(monitor, 'conversation-card')).toBeNull();
    expect(textOf(monitor)).toContain('Your access has ended');
  });

  it('says what the server says when it is not about a key', async () => {
    const server = aServer();
    server.failure = new ConnectionError('not-allowed', 'This server answers only to this machine.');
    const monitor = await open(server);
    expect(textOf(find(monitor, 'key-form'))).toContain('This server answers only to this machine.');
  });

  it('takes a new token from its page', async () => {
    const monitor = await open(aLockedServer(), { token: 'ear_expired' });
    monitor.token = 'ear_right';
    await idle(monitor);
    expect(titleOf(monitor)).toBe('user123');
  });
});

describe('<live-monitor> for everybody', () => {
  it('shows the list on a phone, opens a conversation over it and comes back', async () => {
    const monitor = await open(aServer(), { width: 320 });
    const list = find(monitor, 'conversation-list') as HTMLElement;
    const talk = find(monitor, 'open-conversation') as HTMLElement;
    expect([list.offsetHeight > 0, talk.offsetHeight > 0]).toEqual([true, false]);
    await userEvent.click(cardOf(monitor, 'conv_1736'));
    await idle(monitor);
    expect([list.offsetHeight > 0, talk.offsetHeight > 0]).toEqual([false, true]);
    expect(find(monitor, 'conversation-head')?.shadowRoot?.activeElement?.className).toContain('back');
    await userEvent.keyboard('{Escape}');
    await idle(monitor);
    expect([list.offsetHeight > 0, talk.offsetHeight > 0]).toEqual([true, false]);
    expect(list.shadowRoot?.activeElement).toBe(cardOf(monitor, 'conv_1736'));
  });

  it('goes back to the list with Escape, also where both are side by side', async () => {
    const monitor = await open(aServer());
    find(monitor, '[role=log]')?.focus();
    await userEvent.keyboard('{Escape}');
    await idle(monitor);
    expect(find(monitor, 'conversation-list')?.shadowRoot?.activeElement).toBe(cardOf(monitor, 'user123'));
  });

  it.each(['ltr', 'rtl'] as const)('fits 320 px with text twice as large, %s', async (direction) => {
    await page.viewport(320, 700);
    onTestFinished(() => page.viewport(1_200, 800));
    const server = aServer();
    server.messages.set('user123', [aMessage(1, { text: 'x'.repeat(500) }), ...messages(2, 9)]);
    const monitor = await open(server, { width: 320 });
    monitor.dir = direction;
    monitor.style.setProperty('--earshot-font-size', '28px');
    for (const step of ['list', 'talk']) {
      if (step === 'talk') cardOf(monitor, 'user123').click();
      await idle(monitor);
      for (const selector of ['.frame', '.scroll', '.head', 'header']) {
        const element = find(monitor, selector);
        if (element?.offsetWidth)
          expect(element.scrollWidth, selector).toBeLessThanOrEqual(element.clientWidth);
      }
    }
  });

  it('mirrors itself where the page reads from right to left', async () => {
    const monitor = await open(aServer());
    monitor.dir = 'rtl';
    await idle(monitor);
    const left = (selector: string) => find(monitor, selector)?.getBoundingClientRect().left ?? NaN;
    expect(left('open-conversation')).toBeLessThan(left('conversation-list'));
    const bubble = (sender: string) =>
      find(find(monitor, `message-bubble[sender=${sender}]`), '.bubble')?.getBoundingClientRect().right ??
      NaN;
    expect(bubble('BOT')).toBeLessThan(bubble('USER'));
  });

  it('takes its colours from the page that it is on', async () => {
    const monitor = await open(aServer());
    monitor.parentElement?.style.setProperty('--earshot-user', 'rgb(1, 2, 3)');
    const bubble = find(find(monitor, 'message-bubble[sender=USER]'), '.bubble') as HTMLElement;
    expect(getComputedStyle(bubble).backgroundColor).toBe('rgb(1, 2, 3)');
  });

  it.each(['light', 'dark'])('has no barrier for anybody in %s', async (theme) => {
    const server = aServer();
    server.messages.set('user123', [
      ...messages(1, 4),
      aMessage(5, { sender: 'HUMAN' }),
      aMessage(6, { sender: 'SYSTEM' }),
    ]);
    const monitor = await open(server, { theme });
    await expectAccessible(monitor);
    cardOf(monitor, 'conv_1736').click();
    await idle(monitor);
    await expectAccessible(monitor);
    monitor.style.width = '320px';
    await idle(monitor);
    await expectAccessible(monitor);
  });

  it('shows two projects on one page', async () => {
    const other = new FakeServer();
    other.conversations = [aConversation({ externalId: 'session-123' })];
    const [first, second] = [await open(aServer()), await open(other)];
    expect([titleOf(first), titleOf(second)]).toEqual(['user123', 'session-123']);
  });
});
