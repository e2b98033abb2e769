import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { ConversationList } from '../../../client/elements/conversation-list.ts';
import { expectAccessible } from '../support/axe.ts';
import { aConversation, moment } from '../support/factories.ts';
import { heard, mount, settled, textOf } from '../support/mount.ts';

const NAMES = ['user123', 'gradio_user', 'session-123', 'conv_1736'];
const conversations = NAMES.map((externalId, index) =>
  aConversation({ externalId, activeAt: moment(-index) }),
);

const chips: ConversationList['chips'] = [
  { filter: 'ALL', label: 'All', count: 50, more: true },
  { filter: 'ACTIVE', label: 'Active', count: 4, more: false },
];

async function show(facts: Partial<ConversationList> = {}, theme: 'light' | 'dark' = 'light') {
  const list = await mount('conversation-list', html`<conversation-list></conversation-list>`, theme);
  Object.assign(list, { conversations, chips, ...facts });
  await settled(list);
  return list;
}

function cards(list: ConversationList): HTMLElement[] {
  return [...(list.shadowRoot?.querySelectorAll<HTMLElement>('conversation-card') ?? [])];
}

const focused = (list: ConversationList) =>
  (list.shadowRoot?.activeElement as HTMLElement | null)?.dataset['id'];
const order = (list: ConversationList) => cards(list).map((card) => card.dataset['id']);

describe('<conversation-list>', () => {
  it('is one stop for the tab key, at the open conversation', async () => {
    const list = await show({ selected: 'session-123' });
    expect(cards(list).map((card) => card.tabIndex)).toEqual([-1, -1, 0, -1]);
  });

  it('is walked with the arrow keys, and opens with Enter', async () => {
    const list = await show();
    const chosen = heard(list, 'conversation-select');
    list.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    expect(focused(list)).toBe('gradio_user');
    expect(chosen).toEqual([]);
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard('{End} ');
    await userEvent.keyboard('{ArrowDown}{Home}');
    expect(focused(list)).toBe('user123');
    expect(chosen).toEqual(['gradio_user', 'conv_1736']);
  });

  it('opens with a click anywhere on the card', async () => {
    const list = await show();
    const chosen = heard(list, 'conversation-select');
    await userEvent.click(cards(list)[1] as HTMLElement);
    expect(chosen).toEqual(['gradio_user']);
  });

  it('never moves the focus when a conversation goes to the top', async () => {
    const list = await show();
    cards(list)[2]?.focus();
    list.conversations = [...conversations].reverse();
    await settled(list);
    expect(order(list)).toEqual([...NAMES].reverse());
    expect(focused(list)).toBe('session-123');
    const [first, second, third, fourth] = conversations;
    list.conversations = [third, first, second, fourth].flatMap((conversation) => conversation ?? []);
    await settled(list);
    expect(order(list)[0]).toBe('session-123');
    expect(focused(list)).toBe('session-123');
  });

  it('keeps the keyboard in its place when the card under it leaves the list', async () => {
    const list = await show();
    cards(list)[1]?.focus();
    list.conversations = conversations.filter(({ externalId }) => externalId !== 'gradio_user');
    await settled(list);
    expect(focused(list)).toBe('session-123');
    list.conversations = conversations.slice(0, 1);
    await settled(list);
    expect(focused(list)).toBe('user123');
  });

  it('lets the queue stand out while somebody waits', async () => {
    const waiting = { filter: 'WAITING', label: 'Waiting', count: 2, more: false } as const;
    const list = await show({ chips: [waiting] });
    const isUrgent = () => list.shadowRoot?.querySelector('.chip')?.classList.contains('urgent');
    expect(isUrgent()).toBe(true);
    list.chips = [{ ...waiting, count: 0 }];
    await settled(list);
    expect(isUrgent()).toBe(false);
  });

  it('keeps the open conversation marked wherever it goes', async () => {
    const list = await show({ selected: 'conv_1736' });
    list.conversations = [...conversations].reverse();
    await settled(list);
    expect(cards(list).map((card) => card.ariaSelected)).toEqual(['true', 'false', 'false', 'false']);
  });

  it('says how many there are as far as it knows', async () => {
    const list = await show();
    const shown = [...(list.shadowRoot?.querySelectorAll('.chip') ?? [])].map((chip) => textOf(chip));
    expect(shown).toEqual(['All 50+', 'Active 4']);
  });

  it('asks for another filter', async () => {
    const list = await show();
    const asked = heard(list, 'filter-change');
    list.shadowRoot?.querySelectorAll<HTMLElement>('.chip')[1]?.click();
    expect(asked).toEqual(['ACTIVE']);
  });

  it('asks for older conversations at the end, and says when there are none', async () => {
    const list = await show({ hasOlder: true });
    const asked = heard(list, 'older-conversations');
    list.shadowRoot?.querySelector<HTMLElement>('.end button')?.click();
    expect(asked).toHaveLength(1);
    Object.assign(list, { hasOlder: false, conversations: [], filter: 'CLOSED' });
    await settled(list);
    expect(textOf(list.shadowRoot?.querySelector('.end'))).toBe('There are no closed conversations.');
  });

  it('draws a hundred of thousands, and more on demand without asking the server', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => aConversation({ externalId: `conv_${index}` }));
    const list = await show({ conversations: many });
    const asked = heard(list, 'older-conversations');
    expect(cards(list)).toHaveLength(100);
    list.shadowRoot?.querySelector<HTMLElement>('.end button')?.click();
    await settled(list);
    expect(cards(list)).toHaveLength(200);
    expect(asked).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has no barrier for anybody in %s', async (theme) => {
    const [first] = conversations;
    const waiting = aConversation({ ...first, awaitingReply: true, channel: 'CALL', status: 'ACTIVE' });
    const shut = aConversation({ externalId: 'closed', status: 'CLOSED', lastSender: 'BOT' });
    await expectAccessible(
      await show({ conversations: [waiting, shut], selected: 'user123', hasOlder: true }, theme),
    );
  });
});
