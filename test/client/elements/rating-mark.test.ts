import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import type { RatingMarkFragment } from '../../../generated/client/graphql.ts';
import { expectAccessible } from '../support/axe.ts';
import { aRating, moment } from '../support/factories.ts';
import { mount, textOf } from '../support/mount.ts';

const show = (facts: Partial<RatingMarkFragment>, theme: 'light' | 'dark' = 'light') =>
  mount('rating-mark', html`<rating-mark .feedback=${aRating(facts)}></rating-mark>`, theme);

const all = (mark: Element, selector: string) => [...(mark.shadowRoot?.querySelectorAll(selector) ?? [])];

describe('<rating-mark>', () => {
  it.each<[Partial<RatingMarkFragment>, string, number, boolean]>([
    [{ rating: 1 }, 'Rated: thumbs up', 1, false],
    [{ rating: -1 }, 'Rated: thumbs down', 1, true],
    [{ ratingType: 'STARS', rating: 2 }, 'Rated 2 of 5 stars', 2, true],
    [{ ratingType: 'STARS', rating: 5 }, 'Rated 5 of 5 stars', 5, false],
  ])('says and draws what was given: %o', async (facts, words, full, poor) => {
    const mark = await show(facts);
    expect(all(mark, '[role=img]').map((image) => image.getAttribute('aria-label'))).toEqual([words]);
    expect(all(mark, 'svg.full')).toHaveLength(full);
    expect(all(mark, '.poor').length > 0).toBe(poor);
  });

  it('tells what was wrong, what it was about and in which words', async () => {
    const mark = await show({ isTooSlow: true, isOffensive: true, category: 'speed', text: 'I gave up' });
    expect(all(mark, '.tag').map(textOf)).toEqual(['Too slow', 'Offensive', 'speed']);
    expect(all(mark, 'q').map(textOf)).toEqual(['I gave up']);
    expect(all(mark, 'time').map((time) => time.getAttribute('datetime'))).toEqual([moment(0)]);
  });

  it.each(['light', 'dark'] as const)('has no barrier for anybody in %s', async (theme) => {
    await expectAccessible(await show({ rating: 1 }, theme));
    await expectAccessible(
      await show({ ratingType: 'STARS', rating: 1, isIncorrect: true, text: 'No' }, theme),
    );
  });
});
