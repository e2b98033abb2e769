import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import type { ConversationHead } from '../../../client/elements/conversation-head.ts';
import { expectAccessible } from '../support/axe.ts';
import { aConversation } from '../support/factories.ts';
import { heard, mount, settled, textOf } from '../support/mount.ts';

async function show(facts: Partial<ConversationHead> = {}) {
  const head = await mount('conversation-head', html`<conversation-head></conversation-head>`);
  const conversation = aConversation({ endUser: { externalId: 'user123' }, messageCount: 6 });
  Object.assign(head, { conversation, mayOperate: true, ...facts });
  await settled(head);
  return head;
}

function press(head: ConversationHead, label: string): void {
  const buttons = [...(head.shadowRoot?.querySelectorAll('button') ?? [])];
  buttons.find((button) => textOf(button) === label)?.click();
}

describe('<conversation-head>', () => {
  it('says who talks where since when', async () => {
    const head = await show();
    expect(textOf(head)).toMatch(/^user123 conv_1736 · polly · since .+ · 6 messages · active/);
    await expectAccessible(head);
  });

  it('asks to close an active conversation and to reopen a closed one', async () => {
    const head = await show();
    const closing = heard(head, 'conversation-close');
    press(head, 'Close');
    head.conversation = aConversation({ status: 'CLOSED' });
    await settled(head);
    const reopening = heard(head, 'conversation-reopen');
    press(head, 'Reopen');
    expect([closing.length, reopening.length]).toEqual([1, 1]);
  });

  it('offers neither to somebody who may only look', async () => {
    expect(textOf(await show({ mayOperate: false }))).not.toMatch(/Close|Reopen/);
  });

  it('does not ask twice while a request is on its way', async () => {
    const head = await show({ busy: true });
    const closing = heard(head, 'conversation-close');
    press(head, 'Close');
    expect(closing).toEqual([]);
  });

  it('says that it follows the newest conversation, and how to stay', async () => {
    const head = await show({ following: true });
    const pinned = heard(head, 'conversation-pin');
    expect(textOf(head)).toContain('Following the newest conversation');
    press(head, 'Stay with this one');
    expect(pinned).toHaveLength(1);
    await expectAccessible(head);
  });

  it('offers to follow the newest again', async () => {
    const head = await show();
    const followed = heard(head, 'follow-newest');
    press(head, 'Follow the newest');
    expect(followed).toHaveLength(1);
  });

  it('tells what went wrong', async () => {
    const head = await show({ problem: 'There is no such conversation.' });
    expect(textOf(head.shadowRoot?.querySelector('[role=alert]'))).toBe('There is no such conversation.');
    await expectAccessible(head);
  });
});
