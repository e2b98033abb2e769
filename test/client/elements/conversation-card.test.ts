import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../../client/reducers/board.ts';
import { aConversation } from '../support/factories.ts';
import { mount, textOf } from '../support/mount.ts';

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000 - 200).toISOString();

async function show(facts: Partial<Conversation>) {
  const conversation = aConversation({ activeAt: ago(12), ...facts });
  return mount(
    'conversation-card',
    html`<conversation-card .conversation=${conversation}></conversation-card>`,
  );
}

describe('<conversation-card>', () => {
  it('says who, where, when and what was said last', async () => {
    const card = await show({ endUser: { externalId: 'user123' }, platform: 'facebook', messageCount: 6 });
    expect(textOf(card)).toBe('user123 12 s How do I bake a cake? facebook 6 messages');
  });

  it('goes by its own id while nobody knows the person', async () => {
    expect(textOf(await show({ externalId: 'conv_1736', endUser: null }))).toMatch(/^conv_1736 /);
  });

  it.each([
    [0.5, 'now'],
    [59, '59 s'],
    [60, '1 min'],
    [3_600, '1 h'],
    [86_400 * 3, '3 d'],
  ])('tells %d seconds ago as %s', async (seconds, words) => {
    const card = await show({ activeAt: ago(seconds) });
    expect(textOf(card.shadowRoot?.querySelector('time'))).toBe(words);
  });

  it('says who had the last word, unless it was the caller', async () => {
    expect(textOf(await show({ lastSender: 'BOT', lastText: 'Hello there' }))).toContain('Bot: Hello there');
    expect(textOf(await show({ lastSender: 'HUMAN', lastText: 'Hi' }))).toContain('Person: Hi');
  });

  it('says that a reply is awaited, but not in a closed conversation', async () => {
    expect(textOf(await show({ awaitingReply: true }))).toContain('awaiting reply');
    const shut = textOf(await show({ awaitingReply: true, status: 'CLOSED' }));
    expect(shut).not.toContain('awaiting reply');
    expect(shut).toContain('closed');
  });

  it('says how long somebody waits for a person, how urgent it is and why', async () => {
    const waits = { owner: 'PENDING', ownerSince: ago(240), awaitingReply: true } as const;
    const card = await show({ ...waits, priority: 50, handoffReason: 'Confidence 0.41' });
    expect(textOf(card.shadowRoot?.querySelector('.wanted'))).toBe(
      'waits for a person, 4 min priority 50 Confidence 0.41',
    );
    expect(textOf(card)).not.toContain('awaiting reply');
    expect(textOf(await show(waits))).not.toContain('priority');
  });

  it('says who holds it', async () => {
    expect(textOf(await show({ owner: 'HUMAN', operator: 'operator-1' }))).toContain('operator-1 answers');
    expect(textOf(await show({ owner: 'HUMAN' }))).toContain('A person answers');
  });

  it('names a call as one, also to those who cannot see the sign', async () => {
    const card = await show({ channel: 'CALL', platform: 'travoiq' });
    expect(card.shadowRoot?.querySelector('.tag svg')?.getAttribute('aria-label')).toBe('Call');
  });

  it('says of a call who spoke last, and counts no messages where none were written', async () => {
    const call = { channel: 'CALL', platform: 'call', lastSender: 'HUMAN', lastText: 'One moment' } as const;
    expect(textOf(await show({ ...call, messageCount: 0 }))).toBe('conv_1736 12 s Agent: One moment call');
    expect(textOf(await show({ ...call, messageCount: 2 }))).toContain('2 messages');
  });

  it('keeps a long name and a long word on their line', async () => {
    const card = await show({ externalId: 'n'.repeat(400), lastText: 'x'.repeat(100_000) });
    card.style.width = '280px';
    expect(card.scrollWidth).toBeLessThanOrEqual(280);
  });
});
