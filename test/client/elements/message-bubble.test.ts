import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../client/reducers/thread.ts';
import { expectAccessible } from '../support/axe.ts';
import { aMessage, aRating } from '../support/factories.ts';
import { mount, settled, textOf } from '../support/mount.ts';

const show = (facts: Partial<Message>, theme: 'light' | 'dark' = 'light') =>
  mount('message-bubble', html`<message-bubble .message=${aMessage(1, facts)}></message-bubble>`, theme);

const exchange: NonNullable<Message['exchange']> = {
  promptName: 'weather_assistant',
  model: 'gpt-4',
  latencyMs: 1200,
  tokensUsed: { prompt_tokens: 32, completion_tokens: 45 },
  status: 'success',
};

describe('<message-bubble>', () => {
  it('puts the caller on the one side and our side on the other', async () => {
    const user = await show({ sender: 'USER' });
    const bot = await show({ sender: 'BOT' });
    const left = (element: Element) =>
      element.shadowRoot?.querySelector('.bubble')?.getBoundingClientRect().left ?? 0;
    expect(left(user)).toBeLessThan(left(bot));
  });

  it('tells the facts of a reply under it', async () => {
    const element = await show({ sender: 'BOT', exchange });
    expect(textOf(element)).toMatch(/· 1\.2 s · gpt-4 · 77 tokens · weather_assistant$/);
  });

  it('tells the sum of tokens that the sender gave, where it gave one', async () => {
    const tokensUsed = { prompt_tokens: 32, completion_tokens: 45, total_tokens: 77 };
    expect(textOf(await show({ sender: 'BOT', exchange: { ...exchange, tokensUsed } }))).toContain(
      '77 tokens',
    );
  });

  it('leaves out facts that nobody gave', async () => {
    const bare = { ...exchange, promptName: 'unknown', model: 'unknown', latencyMs: 0, tokensUsed: {} };
    expect(textOf(await show({ sender: 'BOT', text: 'Hello', exchange: bare }))).toMatch(
      /^Bot: Hello [\d:]+$/,
    );
  });

  it('says when a reply went wrong', async () => {
    const element = await show({ sender: 'BOT', exchange: { ...exchange, status: 'timeout' } });
    expect(textOf(element.shadowRoot?.querySelector('.trouble'))).toBe('timeout');
  });

  it('says that a person replied', async () => {
    expect(textOf(await show({ sender: 'HUMAN' }))).toContain('replied by a person');
  });

  it('shows what people thought of it, as they change their mind', async () => {
    const element = await show({ sender: 'BOT', text: 'Sunny.' });
    const marks = () =>
      [...(element.shadowRoot?.querySelectorAll('rating-mark') ?? [])].map((mark) =>
        mark.shadowRoot?.querySelector('[role=img]')?.getAttribute('aria-label'),
      );
    expect(marks()).toEqual([]);
    element.ratings = [aRating({ rating: -1, text: 'Wrong city' }), aRating()];
    await settled(element);
    expect(marks()).toEqual(['Rated: thumbs down', 'Rated: thumbs up']);
    expect(textOf(element)).toContain('Wrong city');
    element.ratings = [aRating({ ratingType: 'STARS', rating: 4 })];
    await settled(element);
    expect(marks()).toEqual(['Rated 4 of 5 stars']);
    await expectAccessible(element);
  });

  it('says which person replied, to those who cannot see it as well', async () => {
    const element = await show({ sender: 'HUMAN', metadata: { operator: 'operator-1' } });
    expect(textOf(element)).toMatch(/^operator-1: .* replied by operator-1$/);
    expect(textOf(await show({ sender: 'BOT', metadata: { operator: 'operator-1' } }))).not.toContain(
      'operator-1',
    );
  });

  it('marks what a person has to answer, and what a person answered, in words', async () => {
    expect(textOf(await show({ requiresHuman: true }))).toContain('needs a person');
    const answered = textOf(await show({ requiresHuman: true, humanReplied: true }));
    expect(answered).toContain('answered by a person');
    expect(answered).not.toContain('needs a person');
  });

  it('shows hostile text as the text that it is', async () => {
    const text = '<img src=x onerror="alert(1)"> \u202Eevil\u202C {{7*7}}';
    const element = await show({ text });
    expect(element.shadowRoot?.querySelector('img')).toBeNull();
    expect(element.shadowRoot?.querySelector('.text')?.textContent).toBe(text);
  });

  it('wraps a word that is longer than the line', async () => {
    const element = await show({ text: 'x'.repeat(3_000) });
    expect(element.scrollWidth).toBeLessThanOrEqual(element.clientWidth);
  });

  it('shows the beginning of a megabyte, and all of it on demand', async () => {
    const element = await show({ text: 'word '.repeat(200_000) });
    const shown = () => element.shadowRoot?.querySelector('.text')?.textContent?.length ?? 0;
    expect(shown()).toBeLessThan(5_000);
    const button = element.shadowRoot?.querySelector('button');
    expect(textOf(button)).toBe('Show all 1,000,000 characters');
    button?.click();
    await settled(element);
    expect(shown()).toBe(1_000_000);
  });

  it.each(['light', 'dark'] as const)('has no barrier for anybody in %s', async (theme) => {
    for (const sender of ['USER', 'BOT', 'HUMAN', 'SYSTEM'] as const) {
      await expectAccessible(await show({ sender, exchange: { ...exchange, status: 'error' } }, theme));
    }
  });
});
