import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import type { MessageLog } from '../../../client/elements/message-log.ts';
import { expectAccessible } from '../support/axe.ts';
import { aMessage, messages, moment } from '../support/factories.ts';
import { drawn, heard, mount, settled, textOf } from '../support/mount.ts';

async function show(facts: Partial<MessageLog>): Promise<MessageLog> {
  const log = await mount('message-log', html`<message-log></message-log>`);
  log.style.height = '400px';
  await update(log, { conversation: 'user123', ...facts });
  return log;
}

async function update(log: MessageLog, facts: Partial<MessageLog>): Promise<void> {
  Object.assign(log, facts);
  await settled(log);
  await drawn();
}

function scroller(log: MessageLog): HTMLElement {
  return log.shadowRoot?.querySelector('.scroll') as HTMLElement;
}

function fromEnd(log: MessageLog): number {
  const { scrollHeight, clientHeight, scrollTop } = scroller(log);
  return scrollHeight - clientHeight - scrollTop;
}

async function scrollTo(log: MessageLog, top: number): Promise<void> {
  scroller(log).scrollTop = top;
  await drawn();
  await settled(log);
}

/** Where a message is on the screen. */
function topOf(log: MessageLog, text: string): number {
  const bubbles = [...(log.shadowRoot?.querySelectorAll('message-bubble') ?? [])];
  const bubble = bubbles.find(({ message }) => message?.text === text);
  return bubble?.getBoundingClientRect().top ?? NaN;
}

const pill = (log: MessageLog) => textOf(log.shadowRoot?.querySelector('.pill'));

describe('<message-log>', () => {
  it('opens at the newest message and sticks to it', async () => {
    const log = await show({ messages: messages(1, 60) });
    expect(fromEnd(log)).toBeLessThan(1);
    await update(log, { messages: messages(1, 64) });
    expect(fromEnd(log)).toBeLessThan(1);
    expect(pill(log)).toBe('');
  });

  it('stays where the reader is when messages come in, and counts them', async () => {
    const all = messages(1, 60);
    const log = await show({ messages: all });
    await scrollTo(log, 900);
    const before = topOf(log, all[30]?.text ?? '');
    await update(log, { messages: messages(1, 63) });
    expect(topOf(log, all[30]?.text ?? '')).toBeCloseTo(before, 0);
    expect(pill(log)).toBe('3 new');
  });

  it('goes to the newest message when the reader asks for it', async () => {
    const log = await show({ messages: messages(1, 60) });
    await scrollTo(log, 900);
    await update(log, { messages: messages(1, 61) });
    log.shadowRoot?.querySelector<HTMLElement>('.pill')?.click();
    await settled(log);
    await drawn();
    expect(fromEnd(log)).toBeLessThan(1);
    expect(pill(log)).toBe('');
  });

  it('stays where the reader is when older messages are put before', async () => {
    const log = await show({ messages: messages(61, 120), hasOlder: true });
    await scrollTo(log, 40);
    const first = messages(61, 61)[0]?.text ?? '';
    const before = topOf(log, first);
    await update(log, { messages: messages(1, 120), hasOlder: false });
    expect(topOf(log, first)).toBeCloseTo(before, 0);
  });

  it('stays where the reader is when the panel changes its width', async () => {
    const text = 'word '.repeat(60);
    const all = messages(1, 40).map((message) => ({ ...message, text: `${message.text}${text}` }));
    const log = await show({ messages: all });
    await scrollTo(log, 1_500);
    const bubbles = [...(log.shadowRoot?.querySelectorAll<HTMLElement>('message-bubble') ?? [])];
    const top = scroller(log).getBoundingClientRect().top;
    const reading = bubbles.find((bubble) => bubble.getBoundingClientRect().bottom > top);
    const before = reading?.getBoundingClientRect().top ?? NaN;
    log.style.width = '360px';
    await drawn();
    expect(reading?.getBoundingClientRect().top).toBeCloseTo(before, 0);
  });

  it('asks for older messages when the reader comes to the top, once', async () => {
    const log = await show({ messages: messages(1, 60), hasOlder: true });
    const asked = heard(log, 'older-rows');
    log.addEventListener('older-rows', () => (log.loading = true));
    await scrollTo(log, 20);
    await scrollTo(log, 10);
    expect(asked).toHaveLength(1);
  });

  it('draws only the latest few hundred of ten thousand, and more on demand', async () => {
    const log = await show({ messages: messages(1, 10_000) });
    const count = () => log.shadowRoot?.querySelectorAll('message-bubble').length;
    expect(count()).toBe(400);
    await scrollTo(log, 0);
    expect(count()).toBe(600);
  });

  it('starts over at the newest message of another conversation', async () => {
    const log = await show({ messages: messages(1, 60) });
    await scrollTo(log, 500);
    await update(log, { conversation: 'session-123', messages: messages(101, 160) });
    expect(fromEnd(log)).toBeLessThan(1);
    expect(pill(log)).toBe('');
  });

  it('announces only what is new, not what it opens with nor what is older', async () => {
    const log = await show({ messages: messages(11, 20) });
    const told = () => textOf(log.shadowRoot?.querySelector('[aria-live=polite]'));
    expect(told()).toBe('');
    await update(log, { messages: messages(1, 20) });
    expect(told()).toBe('');
    await update(log, { messages: [...messages(1, 20), aMessage(21, { text: 'Hello there' })] });
    expect(told()).toBe('User: Hello there');
  });

  it('is a log, and does not announce itself as a whole', async () => {
    const log = await show({ messages: messages(1, 3) });
    expect(scroller(log).getAttribute('role')).toBe('log');
    expect(scroller(log).getAttribute('aria-live')).toBe('off');
    await expectAccessible(log);
  });

  it('names each day once, and the time once for what was said in one go', async () => {
    const day = 24 * 3_600;
    const log = await show({
      messages: [
        aMessage(1, { at: moment(-day) }),
        aMessage(2, { at: moment(0) }),
        aMessage(3, { at: moment(5) }),
        aMessage(4, { at: moment(9), sender: 'BOT' }),
      ],
    });
    expect(log.shadowRoot?.querySelectorAll('.day')).toHaveLength(2);
    const times = [...(log.shadowRoot?.querySelectorAll('message-bubble') ?? [])].map(
      (bubble) => bubble.shadowRoot?.querySelectorAll('time').length,
    );
    expect(times).toEqual([1, 0, 1, 1]);
  });

  it('says how long a reply has been awaited, and when the conversation was closed', async () => {
    const log = await show({
      messages: messages(1, 1),
      waitingSince: new Date(Date.now() - 12_000).toISOString(),
    });
    expect(textOf(log)).toMatch(/awaiting reply · 1\d s/);
    await update(log, { waitingSince: null, closedAt: moment(60) });
    expect(textOf(log)).toMatch(/Closed · .*\d\d:\d\d/);
  });

  it('tells that messages are on their way, and when there are none', async () => {
    const log = await show({ messages: [], loading: true });
    expect(textOf(log)).toBe('Loading');
    await update(log, { loading: false });
    expect(textOf(log)).toBe('No messages yet');
  });

  it('loads older messages until the one that is sought is there, and shows it where it stands', async () => {
    const all = messages(1, 120);
    const log = await show({ messages: all.slice(80), hasOlder: true });
    let asked = 0;
    log.addEventListener('older-rows', () => {
      asked += 1;
      void update(log, { messages: all.slice(80 - 40 * asked), hasOlder: asked < 2 });
    });
    const wanted = all[10]!;
    await update(log, { sought: { conversation: 'user123', row: wanted.id } });
    await expect.poll(() => asked).toBe(2);
    await expect.poll(() => topOf(log, wanted.text) - log.getBoundingClientRect().top).toBeGreaterThan(100);
    expect(topOf(log, wanted.text) - log.getBoundingClientRect().top).toBeLessThan(300);
    const bubble = [...log.shadowRoot!.querySelectorAll('message-bubble')][10]!;
    expect(bubble.getAnimations()).toHaveLength(1);
    expect(document.activeElement).toBe(document.body);
    // The reader stays there when more is said, and is taken there again when asked again.
    const before = topOf(log, wanted.text);
    await update(log, { messages: messages(1, 123) });
    expect(topOf(log, wanted.text)).toBeCloseTo(before, 0);
    await scrollTo(log, 3000);
    await update(log, { sought: { conversation: 'user123', row: wanted.id } });
    await expect.poll(() => topOf(log, wanted.text)).toBeCloseTo(before, 0);
  });

  it('asks no more for what is not there, once older messages bring nothing', async () => {
    const log = await show({ messages: messages(61, 120), hasOlder: true });
    let asked = 0;
    log.addEventListener('older-rows', () => {
      asked += 1;
      log.requestUpdate();
    });
    await update(log, { sought: { conversation: 'user123', row: 'nowhere' } });
    await settled(log);
    await drawn();
    expect(asked).toBe(1);
    expect(fromEnd(log)).toBeLessThan(1);
  });
});
