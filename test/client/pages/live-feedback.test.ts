import { ContextProvider } from '@lit/context';
import { html } from 'lit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { SubmitFeedbackInput } from '../../../generated/client/graphql.ts';
import { ConnectionError, type ConnectionErrorKind } from '../../../client/connection-error.ts';
import { connectionContext } from '../../../client/contexts.ts';
import type { LiveFeedback } from '../../../client/pages/live-feedback.ts';
import { expectAccessible } from '../support/axe.ts';
import { heard, mount, settled, textOf } from '../support/mount.ts';
import { FakeRatings } from '../support/ratings.ts';

const trouble = (kind: ConnectionErrorKind, message = 'The server cannot be reached.') =>
  new ConnectionError(kind, message);

async function open(server: FakeRatings, facts: Partial<LiveFeedback> = {}): Promise<LiveFeedback> {
  const feedback = await mount(
    'live-feedback',
    html`<live-feedback
      conversation="conv_1736"
      message="msg_7"
      categories="quality, speed"
      .connect=${server.connect}
    ></live-feedback>`,
  );
  Object.assign(feedback, { theme: 'light', ...facts });
  await settled(feedback);
  return feedback;
}

async function idle(feedback: Element): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await Promise.resolve();
    await settled(feedback);
  }
}

const formOf = (feedback: LiveFeedback) => feedback.shadowRoot?.querySelector('rating-form');
const inForm = <Kind extends Element>(feedback: LiveFeedback, selector: string) => [
  ...(formOf(feedback)?.shadowRoot?.querySelectorAll<Kind & Element>(selector) ?? []),
];
const isChecked = (feedback: LiveFeedback) =>
  inForm<HTMLInputElement>(feedback, '.options input').map(({ checked }) => checked);
const status = (feedback: LiveFeedback) => textOf(feedback.shadowRoot?.querySelector('[role=status]'));
const alert = (feedback: LiveFeedback) => textOf(feedback.shadowRoot?.querySelector('[role=alert]'));

async function choose(feedback: LiveFeedback, place: number): Promise<void> {
  inForm<HTMLInputElement>(feedback, '.options input')[place]?.click();
  await idle(feedback);
}

async function write(feedback: LiveFeedback, text: string): Promise<void> {
  const [area] = inForm<HTMLTextAreaElement>(feedback, 'textarea');
  if (!area) throw new Error('Nothing can be written.');
  area.value = text;
  area.dispatchEvent(new Event('input'));
  await idle(feedback);
}

async function press(feedback: LiveFeedback, label: string): Promise<void> {
  [...inForm<HTMLElement>(feedback, 'button'), ...(feedback.shadowRoot?.querySelectorAll('button') ?? [])]
    .find((button) => textOf(button) === label)
    ?.click();
  await idle(feedback);
}

const [up, down] = [0, 1];
const plain: Partial<SubmitFeedbackInput> = {
  sessionId: 'conv_1736',
  messageId: 'msg_7',
  turnId: null,
  isIncorrect: false,
  isTooSlow: false,
  isUnhelpful: false,
  isOffensive: false,
  category: null,
  text: null,
};

describe('<live-feedback>', () => {
  it('sends a rating with the first click, shows it before the answer comes, and thanks once it is stored', async () => {
    const server = new FakeRatings();
    const feedback = await open(server);
    const submitted = heard(feedback, 'feedback-submitted');
    const release = server.hold();
    await choose(feedback, up);
    expect(isChecked(feedback)).toEqual([true, false]);
    expect(status(feedback)).toBe('Sending');
    expect(submitted).toEqual([]);
    release();
    await idle(feedback);
    expect(status(feedback)).toBe('Thank you');
    const [sent] = server.asked;
    expect(sent).toEqual({ ...plain, feedbackId: sent?.feedbackId, ratingType: 'THUMBS', rating: 1 });
    expect(submitted).toEqual([sent]);
  });

  it('sends stars where stars are wanted, and the turn that is rated', async () => {
    const server = new FakeRatings();
    const feedback = await open(server, { type: 'stars', message: '', turn: 'turn_2' });
    await choose(feedback, 3);
    expect(server.asked).toMatchObject([
      { ratingType: 'STARS', rating: 4, messageId: null, turnId: 'turn_2', sessionId: 'conv_1736' },
    ]);
  });

  it('adds what could be better to the same rating', async () => {
    const server = new FakeRatings();
    const feedback = await open(server);
    await choose(feedback, down);
    inForm<HTMLInputElement>(feedback, '.flag input')[1]?.click();
    await userEvent.selectOptions(inForm<HTMLSelectElement>(feedback, 'select')[0]!, 'speed');
    await write(feedback, 'Half a minute');
    await press(feedback, 'Send');
    expect(server.asked.map(({ rating, isTooSlow }) => [rating, isTooSlow])).toEqual([
      [-1, false],
      [-1, true],
    ]);
    expect([...server.stored.values()]).toMatchObject([
      { ...plain, rating: -1, isTooSlow: true, category: 'speed', text: 'Half a minute' },
    ]);
    expect(inForm(feedback, 'form')).toEqual([]);
    expect(status(feedback)).toBe('Thank you');
  });

  it('replaces the rating on a change of mind, with nothing bad said of what is praised by now', async () => {
    const server = new FakeRatings();
    const feedback = await open(server);
    await choose(feedback, down);
    await write(feedback, 'Wrong city');
    await press(feedback, 'Send');
    await choose(feedback, up);
    expect([...server.stored.values()]).toMatchObject([{ ...plain, rating: 1 }]);
    await choose(feedback, down);
    expect([...server.stored.values()]).toMatchObject([{ ...plain, rating: -1, text: 'Wrong city' }]);
  });

  it('takes categories as a text or as a list', async () => {
    for (const categories of ['tone, price', ['tone', 'price']]) {
      const feedback = await open(new FakeRatings(), { categories });
      await choose(feedback, down);
      expect(inForm<HTMLOptionElement>(feedback, 'option').map(({ value }) => value)).toEqual([
        '',
        'tone',
        'price',
      ]);
    }
  });

  it('gives each element a rating of its own, and takes the id that its page gives', async () => {
    const server = new FakeRatings();
    for (const feedbackId of [null, null, 'rating_1']) {
      await choose(await open(server, { feedbackId }), up);
    }
    const [one, other, given] = [...server.stored.keys()];
    expect(one).toMatch(/^[0-9a-f]{32}$/u);
    expect(other).not.toBe(one);
    expect(given).toBe('rating_1');
  });

  it('begins anew when it is about another message, and loses nothing of the one before', async () => {
    const server = new FakeRatings();
    const feedback = await open(server);
    const release = server.hold();
    await choose(feedback, down);
    feedback.message = 'msg_8';
    await idle(feedback);
    expect(isChecked(feedback)).toEqual([false, false]);
    release();
    await idle(feedback);
    expect(status(feedback)).toBe('');
    await choose(feedback, up);
    const stored = [...server.stored.values()].map(({ messageId, rating }) => [messageId, rating]);
    expect(stored).toEqual([
      ['msg_7', -1],
      ['msg_8', 1],
    ]);
  });

  it('never lets an older rating overtake a newer one', async () => {
    const server = new FakeRatings();
    const feedback = await open(server, { type: 'stars' });
    const submitted = heard(feedback, 'feedback-submitted');
    const release = server.hold();
    for (const place of [0, 1, 4]) await choose(feedback, place);
    expect(server.asked.map(({ rating }) => rating)).toEqual([1]);
    release();
    await idle(feedback);
    expect(server.asked.map(({ rating }) => rating)).toEqual([1, 5]);
    expect(submitted).toEqual([server.asked[1]]);
  });

  it('says what is missing where no conversation is named', async () => {
    const feedback = await open(new FakeRatings(), { conversation: null });
    expect(textOf(feedback)).toContain('Name a conversation in the attribute “conversation”.');
    expect(formOf(feedback)).toBeNull();
  });
});

describe('<live-feedback> in trouble', () => {
  it('tells why the server refused, keeps every word, and tries again', async () => {
    const server = new FakeRatings();
    const feedback = await open(server);
    await choose(feedback, down);
    await write(feedback, 'Wrong city');
    server.refusal = 'input.text must not contain NUL.';
    await press(feedback, 'Send');
    expect(alert(feedback)).toBe('Your rating could not be stored. input.text must not contain NUL.');
    expect(status(feedback)).toBe('');
    expect(inForm<HTMLTextAreaElement>(feedback, 'textarea')[0]?.value).toBe('Wrong city');
    server.refusal = null;
    await press(feedback, 'Try again');
    expect([alert(feedback), status(feedback)]).toEqual(['', 'Thank you']);
    expect([...server.stored.values()]).toMatchObject([{ rating: -1, text: 'Wrong city' }]);
  });

  it.each(['lost', 'restarting'] as const)(
    'keeps a rating while the server is %s, and sends it by itself',
    async (kind) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      const server = new FakeRatings();
      server.failure = trouble(kind);
      const feedback = await open(server);
      await choose(feedback, up);
      expect(status(feedback)).toContain('Your rating is kept');
      expect(isChecked(feedback)).toEqual([true, false]);
      await vi.advanceTimersByTimeAsync(400);
      expect(server.asked).toHaveLength(2);
      server.failure = null;
      await vi.advanceTimersByTimeAsync(800);
      await idle(feedback);
      expect(status(feedback)).toBe('Thank you');
      expect(new Set(server.asked.map(({ feedbackId }) => feedbackId)).size).toBe(1);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.asked).toHaveLength(3);
    },
  );

  it('waits no longer than until the network is back', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = new FakeRatings();
    server.failure = trouble('lost');
    const feedback = await open(server);
    await choose(feedback, up);
    server.failure = null;
    dispatchEvent(new Event('online'));
    await idle(feedback);
    expect(status(feedback)).toBe('Thank you');
    dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.asked).toHaveLength(2);
  });

  it('sends the newest rating only when several were given without a network', async () => {
    const server = new FakeRatings();
    server.failure = trouble('lost');
    const feedback = await open(server);
    await choose(feedback, down);
    await choose(feedback, up);
    server.failure = null;
    await press(feedback, 'Try now');
    expect(formOf(feedback)?.shadowRoot?.activeElement).toBe(inForm(feedback, '.options input')[up]);
    expect([...server.stored.values()]).toMatchObject([{ rating: 1 }]);
  });

  it('still sends what was said when its chat is closed meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = new FakeRatings();
    server.failure = trouble('lost');
    const feedback = await open(server);
    await choose(feedback, down);
    feedback.remove();
    server.failure = null;
    await vi.advanceTimersByTimeAsync(400);
    expect([...server.stored.values()]).toMatchObject([{ rating: -1 }]);
  });

  it('says that nothing can be sent without a key, tells its page, and sends once it is given one', async () => {
    const server = new FakeRatings();
    server.key = 'ear_right';
    const feedback = await open(server);
    const denied = heard(feedback, 'access-denied');
    await choose(feedback, up);
    expect(alert(feedback)).toBe(
      'No rating can be sent from this page: its key is missing, or is not accepted.',
    );
    expect(denied).toEqual([null]);
    feedback.token = 'ear_right';
    await idle(feedback);
    expect(status(feedback)).toBe('Thank you');
    expect([...server.stored.values()]).toMatchObject([{ rating: 1 }]);
  });

  it('says that the key lacks the right to send ratings', async () => {
    const server = new FakeRatings();
    server.failure = trouble('not-allowed', 'This key lacks the scope "ingest".');
    const feedback = await open(server, { token: 'ear_read' });
    await choose(feedback, up);
    expect(alert(feedback)).toBe('No rating can be sent with the key of this page: it lacks the right to.');
  });
});

describe('<live-feedback> for everybody', () => {
  it('uses the connection of the page around it, and leaves what is denied to that page', async () => {
    const [around, own] = [new FakeRatings(), new FakeRatings()];
    around.key = 'ear_right';
    const frame = document.createElement('div');
    document.body.append(frame);
    onTestFinished(() => frame.remove());
    const provider = new ContextProvider(frame, {
      context: connectionContext,
      initialValue: around.connect({ endpoint: 'https://earshot.test/graphql', token: null }),
    });
    const feedback = document.createElement('live-feedback');
    Object.assign(feedback, { conversation: 'conv_1736', connect: vi.fn(own.connect) });
    frame.append(feedback);
    const denied = heard(frame, 'access-denied');
    await idle(feedback);
    await choose(feedback, up);
    expect(alert(feedback)).toContain('No rating can be sent');
    provider.setValue(around.connect({ endpoint: 'https://earshot.test/graphql', token: 'ear_right' }));
    await idle(feedback);
    expect(around.stored.size).toBe(1);
    expect([own.asked, denied]).toEqual([[], []]);
    expect(feedback.connect).not.toHaveBeenCalled();
  });

  it('is worked by the keyboard alone', async () => {
    const server = new FakeRatings();
    const feedback = await open(server);
    await userEvent.tab();
    await userEvent.keyboard('{ArrowRight} ');
    await idle(feedback);
    await userEvent.tab();
    await userEvent.keyboard(' ');
    for (let stop = 0; stop < 5; stop++) await userEvent.tab();
    await userEvent.keyboard('Wrong city');
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');
    await idle(feedback);
    expect([...server.stored.values()]).toMatchObject([
      { rating: -1, isIncorrect: true, text: 'Wrong city', category: null },
    ]);
  });

  it('tells a screen reader politely what is stored, and at once what went wrong', async () => {
    const server = new FakeRatings();
    const feedback = await open(server);
    const inside = page.elementLocator(feedback);
    const region = inside.getByRole('status').element();
    await choose(feedback, up);
    await expect.element(inside.getByRole('status')).toHaveTextContent('Thank you');
    expect(inside.getByRole('status').element()).toBe(region);
    server.refusal = 'Not this one.';
    await choose(feedback, down);
    await expect.element(inside.getByRole('alert').filter({ hasText: 'Not this one.' })).toBeVisible();
  });

  it.each(['light', 'dark'])('has no barrier for anybody in %s', async (theme) => {
    const server = new FakeRatings();
    const feedback = await open(server, { theme, type: 'stars' });
    await expectAccessible(feedback);
    for (const failure of [null, trouble('failed', 'Not now.'), trouble('lost'), trouble('not-allowed')]) {
      server.failure = failure;
      await choose(feedback, failure ? 1 : 4);
      await press(feedback, 'Send');
      await Promise.all(
        formOf(feedback)
          ?.shadowRoot?.getAnimations()
          .map(({ finished }) => finished) ?? [],
      );
      await expectAccessible(feedback);
    }
    server.failure = null;
    await choose(feedback, 0);
  });

  it.each(['ltr', 'rtl'])('fits 320 px with text twice as large, %s', async (dir) => {
    await page.viewport(320, 700);
    onTestFinished(() => page.viewport(1_200, 800));
    const server = new FakeRatings();
    server.refusal = 'x'.repeat(80);
    const feedback = await open(server, { type: 'stars', dir });
    feedback.style.setProperty('--earshot-font-size', '28px');
    await choose(feedback, 0);
    const frame = feedback.shadowRoot?.querySelector('.frame');
    expect(feedback.offsetWidth).toBeLessThanOrEqual(320);
    expect(frame?.scrollWidth).toBeLessThanOrEqual(frame?.clientWidth ?? 0);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
  });
});
