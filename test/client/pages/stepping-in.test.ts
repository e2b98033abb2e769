import { html } from 'lit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import {
  AddNoteDocument,
  NotesDocument,
  ReleaseConversationDocument,
  ReplyAsHumanDocument,
  RequestHumanDocument,
  TakeOverDocument,
} from '../../../generated/client/graphql.ts';
import { ConnectionError } from '../../../client/connection-error.ts';
import { partsComeFrom } from '../../../client/parts.ts';
import { DESK_KEYS } from '../../../client/pages/desk-keys.ts';
import type { LiveMonitor } from '../../../client/pages/live-monitor.ts';
import { PLACES } from '../../../client/pages/places.ts';
import type { Conversation } from '../../../client/reducers/board.ts';
import { expectAccessible } from '../support/axe.ts';
import {
  aConversation,
  aFrame,
  aMessage,
  closed,
  handedOver,
  messages,
  moment,
} from '../support/factories.ts';
import { FakeServer } from '../support/fake-connection.ts';
import { bringParts, mount, textOf } from '../support/mount.ts';
import { find, findAll, idle } from '../support/shadows.ts';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const user = aConversation({ externalId: 'user123', activeAt: moment(60) });
const waiting = aConversation({
  externalId: 'session-123',
  owner: 'PENDING',
  ownerSince: ago(4),
  handoffReason: 'Confidence 0.41',
});
const urgent = aConversation({ externalId: 'urgent', owner: 'PENDING', ownerSince: ago(1), priority: 50 });
const held: Conversation = { ...user, owner: 'HUMAN', operator: 'operator-1', ownerSince: ago(2) };
const bySecond: Conversation = { ...held, operator: 'operator-2' };

interface Facts {
  server?: FakeServer;
  operator?: string | null;
  width?: number;
  theme?: string;
}

async function open(conversation: Conversation, facts: Facts = {}) {
  const { server = new FakeServer(), operator = 'operator-1', width = 1_100, theme = 'light' } = facts;
  server.conversations = [conversation, ...server.conversations];
  const { externalId } = conversation;
  if (!server.messages.has(externalId)) server.messages.set(externalId, messages(1, 4));
  const monitor = await mount(
    'live-monitor',
    html`<live-monitor .connect=${server.connect} .operator=${operator} theme=${theme}></live-monitor>`,
  );
  monitor.style.width = `${width}px`;
  await idle(monitor);
  return { server, monitor };
}

const bar = (monitor: LiveMonitor) => textOf(find(monitor, '.bar'));
const field = (monitor: LiveMonitor) => find(find(monitor, 'reply-desk'), 'textarea') as HTMLTextAreaElement;
const letters = (monitor: LiveMonitor) =>
  findAll(monitor, 'letter-list li').length || textOf(find(monitor, 'ul'));
const alerts = (monitor: LiveMonitor) =>
  findAll(monitor, '[role=alert]')
    .map((region) => textOf(region))
    .join('');

/** The element that has the keyboard, through all shadows. */
function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

function press(monitor: LiveMonitor, words: string): void {
  findAll(monitor, 'button')
    .find((button) => textOf(button) === words)
    ?.click();
}

async function type(monitor: LiveMonitor, keys: string): Promise<void> {
  await userEvent.keyboard(keys);
  await idle(monitor);
}

async function write(monitor: LiveMonitor, text: string): Promise<void> {
  field(monitor).focus();
  await type(monitor, text);
}

describe('a conversation that the bot answers again', () => {
  it('says why the person left it, and how long the user has waited since the last words', async () => {
    const left = { awaitingReply: true, activeAt: ago(1), handoffReason: 'silent for 30 minutes' };
    const server = new FakeServer();
    server.messages.set('user123', [aMessage(1, { at: ago(31) })]);
    const { monitor } = await open({ ...user, ...left }, { server });
    expect(bar(monitor)).toContain('The bot answers silent for 30 minutes');
    expect(textOf(find(monitor, 'message-log'))).toContain('awaiting reply · 31 min');
  });
});

describe('the queue', () => {
  it('counts who waits, shows them with the most urgent first, and takes in who asks later', async () => {
    const server = new FakeServer();
    server.conversations = [user, waiting];
    const { monitor } = await open(urgent, { server });
    press(monitor, 'Waiting 2');
    await idle(monitor);
    const order = () => findAll(monitor, 'conversation-card').map(({ dataset }) => dataset['id']);
    expect(order()).toEqual(['urgent', 'session-123']);
    expect(textOf(findAll(monitor, '.wanted')[1])).toContain('4 min Confidence 0.41');
    server.say(aFrame([handedOver(1, { ...user, owner: 'PENDING', ownerSince: ago(9) })]));
    await idle(monitor);
    expect(order()).toEqual(['urgent', 'user123', 'session-123']);
    expect(textOf(findAll(monitor, '.chip')[1])).toBe('Waiting 3');
  });

  it('tells a screen reader once, and takes the keyboard from nobody', async () => {
    const { server, monitor } = await open(user);
    await write(monitor, 'I am wri');
    server.say(aFrame([handedOver(1, { ...waiting })]));
    await idle(monitor);
    const said = () => findAll(monitor, '[aria-live=polite]').map((region) => textOf(region));
    expect(said()).toContain('session-123 waits for a person: Confidence 0.41. Waiting now: 1.');
    expect(focused()).toBe(field(monitor));
    await type(monitor, 'ting');
    expect(field(monitor).value).toBe('I am writing');
  });

  it('counts in the title of the page where it is told to', async () => {
    document.title = 'Earshot';
    const { server, monitor } = await open(user);
    server.say(aFrame([handedOver(1, waiting)]));
    await idle(monitor);
    expect(document.title).toBe('Earshot');
    monitor.countsInTitle = true;
    await idle(monitor);
    expect(document.title).toBe('(1) Earshot');
    monitor.remove();
    expect(document.title).toBe('Earshot');
  });

  it('helps where nobody waits', async () => {
    const { monitor } = await open(user);
    press(monitor, 'Waiting 0');
    await idle(monitor);
    expect(textOf(find(monitor, '.end'))).toContain('Nobody waits for a person.');
  });

  it('opens whose turn it is with W, one after the other', async () => {
    const server = new FakeServer();
    server.conversations = [waiting, urgent];
    const { monitor } = await open(user, { server });
    find(monitor, '[role=log]')?.focus();
    await type(monitor, 'w');
    expect(textOf(find(monitor, 'h3'))).toBe('urgent');
    await type(monitor, 'w');
    expect(textOf(find(monitor, 'h3'))).toBe('session-123');
  });
});

describe('stepping in', () => {
  it('says who answers, since when and why', async () => {
    const { server, monitor } = await open(user);
    expect(bar(monitor)).toBe('The bot answers Take over');
    server.say(aFrame([handedOver(1, { ...waiting, externalId: 'user123' })]));
    await idle(monitor);
    expect(bar(monitor)).toContain('Waits for a person, 4 min');
    expect(bar(monitor)).toContain('Confidence 0.41');
    server.say(aFrame([handedOver(2, bySecond)]));
    await idle(monitor);
    expect(bar(monitor)).toMatch(/^operator-2 answers, since [\d:]+$/);
    server.say(aFrame([handedOver(3, held)]));
    await idle(monitor);
    expect(bar(monitor)).toMatch(/^You answer, since [\d:]+ Release to the bot$/);
  });

  it('takes over by keyboard, and goes on to the reply', async () => {
    const { server, monitor } = await open(waiting);
    find(monitor, '[role=log]')?.focus();
    await type(monitor, 't');
    expect(server.sent(TakeOverDocument)).toEqual([{ externalId: 'session-123', operator: 'operator-1' }]);
    expect(focused()).toBe(field(monitor));
  });

  it('releases to the bot, and leaves the keyboard where it is', async () => {
    const { server, monitor } = await open(held);
    const button = findAll(find(monitor, 'reply-desk'), '.actions button')[0];
    button?.focus();
    await type(monitor, '{Enter}');
    expect(server.sent(ReleaseConversationDocument)).toEqual([
      { externalId: 'user123', operator: 'operator-1' },
    ]);
    server.say(aFrame([handedOver(1, user)]));
    await idle(monitor);
    expect(textOf(focused())).toBe('Take over');
  });

  it('asks for a person with a reason, where the key may', async () => {
    const server = new FakeServer();
    server.viewer = { ...server.viewer, scopes: ['read', 'ingest', 'operate'] };
    const { monitor } = await open(user, { server });
    find(monitor, '[role=log]')?.focus();
    await type(monitor, 'a');
    await type(monitor, 'Wants a refund{Tab} {Enter}');
    expect(server.sent(RequestHumanDocument)).toEqual([
      { externalId: 'user123', by: 'operator-1', reason: 'Wants a refund', priority: 50 },
    ]);
    expect(find(monitor, 'ask-form')).toBeNull();
  });

  it('only informs with a key that may not operate', async () => {
    const server = new FakeServer();
    server.viewer = { ...server.viewer, scopes: ['read'] };
    const { monitor } = await open(waiting, { server });
    expect(bar(monitor)).toBe('Waits for a person, 4 min Confidence 0.41');
    expect(field(monitor)).toBeNull();
    find(monitor, '[role=log]')?.focus();
    await type(monitor, 'tbn');
    expect(server.sent(TakeOverDocument)).toEqual([]);
    expect(find(monitor, 'operator-notes')).toBeNull();
  });

  it('asks for a name once, and goes on with what it was asked for', async () => {
    const { server, monitor } = await open(waiting, { operator: null });
    press(monitor, 'Take over');
    await idle(monitor);
    expect(server.sent(TakeOverDocument)).toEqual([]);
    await type(monitor, 'operator-2{Enter}');
    expect(server.sent(TakeOverDocument)).toEqual([{ externalId: 'session-123', operator: 'operator-2' }]);
    expect(textOf(find(monitor, 'operator-name'))).toBe('You answer as operator-2 Change the name');
    press(monitor, 'Change the name');
    await idle(monitor);
    await type(monitor, '{Control>}a{/Control}operator-3{Enter}');
    expect(textOf(find(monitor, 'operator-name'))).toContain('operator-3');
  });

  it('keeps the name in the tab as the key is kept, and asks for none where the page says it', async () => {
    onTestFinished(() => sessionStorage.clear());
    const { monitor } = await open(waiting, { operator: null });
    monitor.remembersKey = true;
    press(monitor, 'Say your name');
    await idle(monitor);
    await type(monitor, 'operator-2{Enter}');
    expect(sessionStorage.getItem('earshot-operator')).toBe('operator-2');
    monitor.operator = 'operator-1';
    await idle(monitor);
    expect(textOf(find(monitor, 'operator-name'))).toBe('You answer as operator-1');
  });

  it('takes a telephone call over and hands it back, without a field whose words would reach nobody', async () => {
    const call = aConversation({ externalId: 'call-1', channel: 'CALL', messageCount: 0 });
    const { server, monitor } = await open(call);
    expect(bar(monitor)).toBe('The agent answers Take over');
    expect(field(monitor)).toBeNull();
    press(monitor, 'Take over');
    await idle(monitor);
    expect(server.sent(TakeOverDocument)).toEqual([{ externalId: 'call-1', operator: 'operator-1' }]);
    server.say(aFrame([handedOver(1, { ...call, owner: 'HUMAN', operator: 'operator-1' })]));
    await idle(monitor);
    expect(bar(monitor)).toContain('Release to the agent');
  });

  it('says that the part for it could not be loaded, and tries again', async () => {
    onTestFinished(bringParts);
    partsComeFrom(() => Promise.reject(new Error('Nothing here.')));
    const { monitor } = await open(waiting);
    expect(textOf(find(monitor, '.missing'))).toContain('could not be loaded');
    bringParts();
    press(monitor, 'Try again');
    await idle(monitor);
    expect(bar(monitor)).toContain('Waits for a person');
  });
});

describe('a reply', () => {
  it('is sent with Enter, breaks its line with Shift and Enter, and is seen while it is on its way', async () => {
    const { server, monitor } = await open(held);
    let answer = () => undefined as void;
    server.gate = new Promise((resolve) => (answer = resolve));
    await write(monitor, 'Hello{Shift>}{Enter}{/Shift}there{Enter}');
    expect(server.sent(ReplyAsHumanDocument)).toEqual([
      { externalId: 'user123', operator: 'operator-1', text: 'Hello\nthere' },
    ]);
    expect(textOf(find(monitor, 'letter-list'))).toContain('Hello there Sending');
    expect(field(monitor).value).toBe('');
    answer();
    await idle(monitor);
    expect(letters(monitor)).toBe('');
    expect(focused()).toBe(field(monitor));
  });

  it('stays with the words of the server when it is refused, and goes out again under the same key', async () => {
    const { server, monitor } = await open(held);
    server.refusal = 'operator-2 holds this conversation.';
    await write(monitor, 'Hello there{Enter}');
    expect(textOf(find(monitor, 'letter-list'))).toContain(
      'Hello there Not sent. operator-2 holds this conversation.',
    );
    expect(alerts(monitor)).toContain('operator-2 holds this conversation.');
    server.refusal = null;
    press(monitor, 'Try again');
    await idle(monitor);
    const keys = server.asked
      .filter(({ document }) => document === ReplyAsHumanDocument)
      .map(({ key }) => key);
    expect(keys).toEqual([expect.stringMatching(/^[\d-]{7,}$/), keys[0]]);
    expect(letters(monitor)).toBe('');
  });

  it('goes back into the field to be changed, with the keyboard', async () => {
    const { server, monitor } = await open(held);
    server.refusal = 'It is too long.';
    await write(monitor, 'Hello there{Enter}');
    press(monitor, 'Edit');
    await idle(monitor);
    expect(field(monitor).value).toBe('Hello there');
    expect(focused()).toBe(field(monitor));
  });

  it('is not lost with the connection: it is kept, said so, and sent once when there is one', async () => {
    const { server, monitor } = await open(held);
    server.failure = new ConnectionError('lost', 'The server cannot be reached.');
    await write(monitor, 'Hello there{Enter}');
    expect(textOf(find(monitor, 'letter-list'))).toContain('sent as soon as there is one');
    server.failure = null;
    await vi.waitFor(() => expect(letters(monitor)).toBe(''));
    const keys = server.asked
      .filter(({ document }) => document === ReplyAsHumanDocument)
      .map(({ key }) => key);
    expect(new Set(keys).size).toBe(1);
  });

  it('can be written but not sent while there is no connection', async () => {
    const { server, monitor } = await open(held);
    server.isDown = true;
    server.cut();
    await idle(monitor);
    await write(monitor, 'Hello there{Enter}');
    expect(server.sent(ReplyAsHumanDocument)).toEqual([]);
    expect(field(monitor).value).toBe('Hello there');
    expect(textOf(find(monitor, 'reply-desk'))).toContain('There is no connection. What you write is kept');
    press(monitor, 'Release to the bot');
    expect(server.sent(ReleaseConversationDocument)).toEqual([]);
    server.isDown = false;
    press(monitor, 'Try now');
    await vi.waitFor(() => expect(textOf(find(monitor, 'reply-desk'))).not.toContain('no connection'));
    expect(field(monitor).value).toBe('Hello there');
  });

  it('is kept when somebody else takes the conversation while it is written', async () => {
    const { server, monitor } = await open(held);
    await write(monitor, 'I was about to say');
    server.say(aFrame([handedOver(1, bySecond)]));
    await idle(monitor);
    await type(monitor, ' more{Enter}');
    expect(field(monitor)).toMatchObject({ value: 'I was about to say', readOnly: true });
    expect(focused()).toBe(field(monitor));
    expect(textOf(find(monitor, 'reply-desk'))).toContain(
      'operator-2 answers. You can reply after operator-2 has released it.',
    );
    expect(server.sent(ReplyAsHumanDocument)).toEqual([]);
    server.say(aFrame([handedOver(2, user)]));
    await idle(monitor);
    await type(monitor, '{Enter}');
    expect(server.sent(ReplyAsHumanDocument)).toMatchObject([{ text: 'I was about to say' }]);
  });

  it('is kept for its own conversation when another one is opened, and when the key is asked for again', async () => {
    const server = new FakeServer();
    server.conversations = [waiting];
    const { monitor } = await open(held, { server });
    await write(monitor, 'Half a sen');
    findAll(monitor, 'conversation-card').at(-1)?.click();
    await idle(monitor);
    expect(field(monitor).value).toBe('');
    server.cut('key-needed');
    await idle(monitor);
    expect(field(monitor)).toBeNull();
    monitor.token = 'ear_another';
    await idle(monitor);
    findAll(monitor, 'conversation-card')
      .find(({ dataset }) => dataset['id'] === 'user123')
      ?.click();
    await idle(monitor);
    expect(field(monitor).value).toBe('Half a sen');
  });

  it('cannot be written in a closed conversation, which says so', async () => {
    const { server, monitor } = await open(user);
    server.say(aFrame([closed(1, user)]));
    await idle(monitor);
    expect(field(monitor)).toMatchObject({
      readOnly: true,
      placeholder: 'This conversation is closed. Reopen it to reply.',
    });
  });
});

describe('notes', () => {
  const note = { author: 'operator-2', text: 'Refund is fine', at: moment(0) };

  it('are asked for when they are opened, and again when the feed tells of a new one', async () => {
    const { server, monitor } = await open(user);
    server.notes = [note];
    expect(server.sent(NotesDocument)).toEqual([]);
    find(monitor, '[role=log]')?.focus();
    await type(monitor, 'n');
    expect(textOf(find(monitor, 'operator-notes'))).toContain('Refund is fine operator-2');
    expect(focused()).toBe(find(find(monitor, 'operator-notes'), 'textarea'));
    server.notes = [note, { ...note, author: 'operator-3', text: 'Done' }];
    server.say(aFrame([{ __typename: 'NoteAdded', seq: 1, conversation: user }]));
    await idle(monitor);
    expect(textOf(find(monitor, 'operator-notes'))).toContain('Done operator-3');
  });

  it('stay in the field until they are stored, under one key', async () => {
    const { server, monitor } = await open(user);
    press(monitor, 'Notes');
    await idle(monitor);
    server.refusal = 'There is no such conversation.';
    const writing = () => find(find(monitor, 'operator-notes'), 'textarea') as HTMLTextAreaElement;
    writing().focus();
    await type(monitor, 'Call back{Enter}');
    expect(writing().value).toBe('Call back');
    expect(alerts(monitor)).toContain('The note is not stored. There is no such conversation.');
    server.refusal = null;
    await type(monitor, '{Enter}');
    expect(writing().value).toBe('');
    const added = server.asked.filter(({ document }) => document === AddNoteDocument);
    expect(added[0]?.variables).toEqual({ externalId: 'user123', author: 'operator-1', text: 'Call back' });
    expect(added[1]?.key).toBe(added[0]?.key);
  });
});

describe('shortcuts', () => {
  it('do nothing while somebody writes', async () => {
    const { server, monitor } = await open(waiting);
    await write(monitor, 'wtbn?');
    expect(field(monitor).value).toBe('wtbn?');
    expect(server.sent(TakeOverDocument)).toEqual([]);
    expect(find(monitor, 'dialog')).toBeNull();
  });

  it('work where the host page has the monitor in a dialog of its own', async () => {
    const { server, monitor } = await open(waiting);
    const dialog = document.createElement('dialog');
    monitor.parentElement?.append(dialog);
    dialog.append(monitor);
    dialog.show();
    await idle(monitor);
    find(monitor, '[role=log]')?.focus();
    await type(monitor, 't');
    expect(server.sent(TakeOverDocument)).toHaveLength(1);
  });

  it('do nothing outside the monitor', async () => {
    const { server, monitor } = await open(waiting);
    (document.activeElement as HTMLElement | null)?.blur();
    await type(monitor, 't');
    expect(server.sent(TakeOverDocument)).toEqual([]);
  });

  it('are explained with ?, and can be turned off there', async () => {
    const { server, monitor } = await open(waiting);
    const log = find(monitor, '[role=log]');
    log?.focus();
    await type(monitor, '?');
    expect(textOf(find(monitor, 'dialog'))).toContain('Take the open conversation over');
    const told = findAll(monitor, 'kbd').map((key) => textOf(key).toLowerCase());
    const places = Object.values(PLACES).map(({ key }) => key);
    expect(told).toEqual(expect.arrayContaining([...places, ...Object.keys(DESK_KEYS)]));
    await expectAccessible(monitor);
    (find(monitor, 'dialog input') as HTMLInputElement | null)?.click();
    await type(monitor, '{Escape}');
    expect(find(monitor, 'dialog')).toBeNull();
    expect(focused()).toBe(log);
    await type(monitor, 't');
    expect(server.sent(TakeOverDocument)).toEqual([]);
  });
});

describe('stepping in, for everybody', () => {
  it.each([
    ['light', 1_100],
    ['dark', 1_100],
    ['light', 320],
  ])('has no barrier in %s at %d px', async (theme, width) => {
    for (const conversation of [user, waiting, held, bySecond, { ...user, status: 'CLOSED' as const }]) {
      const { monitor } = await open(conversation, { theme, width });
      if (width === 320) findAll(monitor, 'conversation-card')[0]?.click();
      press(monitor, 'Notes');
      await idle(monitor);
      await expectAccessible(monitor);
      monitor.remove();
    }
  });

  it('has no barrier while a reply waits or was refused', async () => {
    const { server, monitor } = await open(held, { operator: null });
    server.refusal = 'operator-2 holds this conversation.';
    press(monitor, 'Say your name');
    await idle(monitor);
    await expectAccessible(monitor);
    await type(monitor, 'operator-1{Enter}');
    await write(monitor, 'one{Enter}two{Enter}');
    await expectAccessible(monitor);
  });

  it.each(['ltr', 'rtl'] as const)('fits 320 px with text twice as large, %s', async (direction) => {
    const { monitor } = await open({ ...waiting, priority: 50 }, { width: 320, operator: null });
    monitor.dir = direction;
    monitor.style.setProperty('--earshot-font-size', '28px');
    findAll(monitor, 'conversation-card')[0]?.click();
    press(monitor, 'Say your name');
    await idle(monitor);
    for (const selector of ['reply-desk', '.bar', 'form', '.foot', 'writing-field']) {
      const element = find(monitor, selector);
      expect(element?.scrollWidth, selector).toBeLessThanOrEqual(element?.clientWidth ?? 0);
    }
    expect(find(monitor, 'message-log')?.offsetHeight).toBeGreaterThan(100);
  });
});
