import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { drawSentiments, mood, signed } from '../../../client/elements/sentiment.ts';
import { expectAccessible } from '../support/axe.ts';
import { moment } from '../support/factories.ts';
import { mount, settled, textOf } from '../support/mount.ts';

async function show(...newestFirst: (number | null)[]) {
  const line = await mount('sentiment-line', html`<sentiment-line></sentiment-line>`);
  line.points = newestFirst.map((sentiment, place) => ({
    id: String(place),
    at: moment(100 - place),
    sentiment,
  }));
  await settled(line);
  return line;
}

describe('<sentiment-line>', () => {
  it('says in words what the line shows', async () => {
    const line = await show(0.8, -0.6, null, 0.1);
    expect(textOf(line.shadowRoot?.querySelector('figcaption'))).toBe(
      'The last 3 messages are somewhat positive on average, from −0.60 to +0.80. The newest message is positive (+0.80).',
    );
    await expectAccessible(line);
  });

  it('has a table with the same values in the order of time', async () => {
    const line = await show(0.8, -0.6);
    const cells = [...(line.shadowRoot?.querySelectorAll('td:last-child') ?? [])].map(textOf);
    expect(cells).toEqual(['−0.60, negative', '+0.80, positive']);
    expect(line.shadowRoot?.querySelector('.chart')?.getAttribute('aria-hidden')).toBe('true');
  });

  it('shows nothing where nothing was said, and one message as a point', async () => {
    expect(textOf(await show())).toBe('');
    expect(textOf((await show(0)).shadowRoot?.querySelector('figcaption'))).toBe(
      'The newest message is neutral (0.00).',
    );
  });
});

describe('the drawing', () => {
  it('runs from the oldest to the newest, and parts where it crosses zero', () => {
    expect(drawSentiments([1, -1])).toEqual({
      line: 'M0 0L100 40',
      above: 'M0 20L0 0L50 20L100 20L100 20Z',
      below: 'M0 20L0 20L50 20L100 40L100 20Z',
      newest: { x: 100, y: 40 },
    });
  });

  it('draws one sentiment at the end of the line', () => {
    expect(drawSentiments([0.5]).newest).toEqual({ x: 100, y: 10 });
  });
});

describe('a sentiment in words', () => {
  it.each([
    [1, 'positive', '+1.00'],
    [0.2, 'somewhat positive', '+0.20'],
    [-0.001, 'neutral', '0.00'],
    [-0.3, 'somewhat negative', '−0.30'],
    [-0.5, 'negative', '−0.50'],
  ])('%d is %s, %s', (value, word, figure) => {
    expect([mood(value), signed(value)]).toEqual([word, figure]);
  });
});
