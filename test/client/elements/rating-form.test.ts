import { html } from 'lit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { LONGEST_TEXT, type RatingForm } from '../../../client/elements/rating-form.ts';
import { UNEXPLAINED } from '../../../client/elements/rating.ts';
import { expectAccessible } from '../support/axe.ts';
import { drawn, heard, mount, settled, textOf } from '../support/mount.ts';

/** Shows the form with an owner that takes every choice for granted. */
async function show(facts: Partial<RatingForm> = {}, theme: 'light' | 'dark' = 'light'): Promise<RatingForm> {
  const form = await mount('rating-form', html`<rating-form></rating-form>`, theme);
  form.addEventListener('rating-choose', (event) => (form.rating = (event as CustomEvent<number>).detail));
  Object.assign(form, facts);
  await settled(form);
  return form;
}

const all = <Kind extends Element>(form: Element, selector: string) => [
  ...(form.shadowRoot?.querySelectorAll<Kind & Element>(selector) ?? []),
];
const first = <Kind extends Element>(form: Element, selector: string) => all<Kind>(form, selector)[0] as Kind;
const options = (form: Element) => all<HTMLInputElement>(form, '.options input');
const focused = (form: Element) => form.shadowRoot?.activeElement;

async function choose(form: RatingForm, place: number): Promise<void> {
  options(form)[place]?.click();
  await settled(form);
}

async function write(form: RatingForm, text: string): Promise<void> {
  const area = first<HTMLTextAreaElement>(form, 'textarea');
  area.value = text;
  area.dispatchEvent(new Event('input'));
  await settled(form);
}

async function press(form: RatingForm, label: string): Promise<void> {
  all<HTMLButtonElement>(form, 'button')
    .find((button) => textOf(button) === label)
    ?.click();
  await settled(form);
}

/** The choices that a screen reader finds by a name. */
const called = (form: Element, name: string) =>
  page.elementLocator(form).getByRole('radio', { name, exact: true }).elements();

describe('<rating-form>', () => {
  it.each([
    ['THUMBS', ['Yes', 'No'], [1, -1]],
    ['STARS', ['1 star', '2 stars', '3 stars', '4 stars', '5 stars'], [1, 2, 3, 4, 5]],
  ] as const)('tells at once what was chosen, and names each choice of %s', async (type, names, values) => {
    const form = await show({ type });
    const chosen = heard(form, 'rating-choose');
    expect(names.flatMap((name) => called(form, name))).toEqual(options(form));
    for (const place of values.keys()) await choose(form, place);
    expect(chosen).toEqual(values);
  });

  it('says in its group what is asked', async () => {
    const form = await show({ type: 'STARS' });
    await expect
      .element(page.elementLocator(form).getByRole('radiogroup', { name: 'How good was this answer?' }))
      .toBeVisible();
    form.type = 'THUMBS';
    await settled(form);
    await expect
      .element(page.elementLocator(form).getByRole('radiogroup', { name: 'Was this answer helpful?' }))
      .toBeVisible();
  });

  it('fills the stars up to the chosen one, and one thumb only', async () => {
    const form = await show({ type: 'STARS', rating: 3 });
    const full = () => all(form, '.option').map((option) => option.classList.contains('full'));
    expect(full()).toEqual([true, true, true, false, false]);
    Object.assign(form, { type: 'THUMBS', rating: -1 });
    await settled(form);
    expect(full()).toEqual([false, true]);
  });

  it.each([
    ['THUMBS', 0, false],
    ['THUMBS', 1, true],
    ['STARS', 2, true],
    ['STARS', 3, false],
  ] as const)(
    'asks what could be better after a poor rating only: %s, choice %i',
    async (type, place, asks) => {
      const form = await show({ type });
      await choose(form, place);
      expect(all(form, 'form').length > 0).toBe(asks);
    },
  );

  it('gives what was ticked, chosen and written, without the spaces around it', async () => {
    const form = await show({ categories: ['quality', 'speed'] });
    const explained = heard(form, 'rating-explain');
    await choose(form, 1);
    for (const place of [0, 3]) all<HTMLInputElement>(form, '.flag input')[place]?.click();
    await userEvent.selectOptions(first(form, 'select'), 'speed');
    await write(form, '  Not what I asked. ');
    await press(form, 'Send');
    expect(explained).toEqual([
      {
        ...UNEXPLAINED,
        isIncorrect: true,
        isOffensive: true,
        category: 'speed',
        text: 'Not what I asked.',
      },
    ]);
  });

  it('names the four things that may be wrong, and asks for a category only when there are some', async () => {
    const form = await show();
    await choose(form, 1);
    expect(all(form, '.flag').map(textOf)).toEqual(['Wrong', 'Too slow', 'Not helpful', 'Offensive']);
    expect(all(form, 'select')).toEqual([]);
  });

  it('counts what is written, and refuses too much of it without cutting anything off', async () => {
    const form = await show();
    const explained = heard(form, 'rating-explain');
    await choose(form, 1);
    const long = '👍'.repeat(LONGEST_TEXT + 2);
    await write(form, long);
    expect(textOf(first(form, '.count'))).toBe(`${LONGEST_TEXT + 2} / ${LONGEST_TEXT}`);
    await press(form, 'Send');
    expect(explained).toEqual([]);
    expect(textOf(first(form, '[role=alert]'))).toBe(
      'That is 2 characters too long. Shorten it, then send it.',
    );
    expect(focused(form)?.tagName).toBe('TEXTAREA');
    expect(first<HTMLTextAreaElement>(form, 'textarea').value).toBe(long);
    await write(form, '👍'.repeat(LONGEST_TEXT));
    expect(textOf(first(form, '[role=alert]'))).toBe('');
    await press(form, 'Send');
    expect(explained).toHaveLength(1);
  });

  it('says how much room is left only when there is little', async () => {
    const form = await show();
    await choose(form, 1);
    const told = () => textOf(first(form, '[aria-live=polite]'));
    await write(form, 'x'.repeat(500));
    expect(told()).toBe('');
    await write(form, 'x'.repeat(LONGEST_TEXT - 100));
    expect(told()).toBe('100 characters left, or fewer.');
    await write(form, 'x'.repeat(LONGEST_TEXT - 99));
    expect(told()).toBe('100 characters left, or fewer.');
  });

  it('keeps what was written until it is stored, then closes and leads the keyboard on', async () => {
    const form = await show({ stored: true });
    await choose(form, 1);
    await write(form, 'Too long an answer');
    first<HTMLButtonElement>(form, '.leading').focus();
    form.stored = false;
    await press(form, 'Send');
    expect(first<HTMLTextAreaElement>(form, 'textarea').value).toBe('Too long an answer');
    form.stored = true;
    await settled(form);
    expect(all(form, 'form')).toEqual([]);
    expect(textOf(focused(form))).toBe('Tell more');
    await press(form, 'Tell more');
    expect(first<HTMLTextAreaElement>(form, 'textarea').value).toBe('Too long an answer');
    expect((focused(form) as HTMLInputElement).type).toBe('checkbox');
  });

  it('shows what became of it where it was sent: beside the rating, or below the words', async () => {
    const form = await show();
    const isBelow = () => first(form, 'slot').closest('form') !== null;
    await choose(form, 1);
    expect([all(form, 'slot').length, isBelow()]).toEqual([1, false]);
    await press(form, 'Send');
    await write(form, 'Too long');
    expect([all(form, 'slot').length, isBelow()]).toEqual([1, true]);
    await press(form, 'Not now');
    expect([all(form, 'slot').length, isBelow()]).toEqual([1, false]);
  });

  it('stays open when somebody writes on while the first words are stored', async () => {
    const form = await show();
    await choose(form, 1);
    await write(form, 'Too long');
    await press(form, 'Send');
    await write(form, 'Too long, and wrong');
    form.stored = true;
    await settled(form);
    expect(first<HTMLTextAreaElement>(form, 'textarea').value).toBe('Too long, and wrong');
  });

  it('keeps what was written over a change of mind, and forgets it with the rating', async () => {
    const form = await show({ type: 'STARS' });
    await choose(form, 0);
    await write(form, 'Wrong city');
    await choose(form, 4);
    expect(all(form, 'textarea')).toEqual([]);
    await choose(form, 1);
    expect(first<HTMLTextAreaElement>(form, 'textarea').value).toBe('Wrong city');
    form.rating = null;
    await settled(form);
    await choose(form, 1);
    expect(first<HTMLTextAreaElement>(form, 'textarea').value).toBe('');
  });
});

describe('<rating-form> by keyboard', () => {
  it.each([
    ['ltr', '{ArrowRight}'],
    ['rtl', '{ArrowLeft}'],
  ])(
    'walks with the arrows without choosing on the way, and chooses with Space, %s',
    async (dir, forward) => {
      const form = await show({ type: 'STARS' });
      form.dir = dir;
      const chosen = heard(form, 'rating-choose');
      options(form)[0]?.focus();
      await userEvent.keyboard(forward.repeat(3));
      expect(focused(form)).toBe(options(form)[3]);
      expect(chosen).toEqual([]);
      await userEvent.keyboard(' ');
      expect(chosen).toEqual([4]);
    },
  );

  it('goes round at both ends, to the first and last at once, and chooses with Enter', async () => {
    const form = await show({ type: 'STARS' });
    const chosen = heard(form, 'rating-choose');
    options(form)[0]?.focus();
    const places: number[] = [];
    for (const key of ['{ArrowUp}', '{ArrowDown}', '{End}', '{Home}', '{ArrowDown}']) {
      await userEvent.keyboard(key);
      places.push(options(form).indexOf(focused(form) as HTMLInputElement));
    }
    expect(places).toEqual([4, 0, 4, 0, 1]);
    await userEvent.keyboard('{Enter}');
    expect(chosen).toEqual([2]);
  });

  it('is one stop for the tabulator, and shows where the keyboard is', async () => {
    const form = await show({ type: 'STARS', rating: 2 });
    await userEvent.tab();
    expect(focused(form)).toBe(options(form)[1]);
    expect(getComputedStyle(first(form, '.option:has(:focus-visible)')).outlineStyle).toBe('solid');
    await userEvent.tab();
    expect(textOf(focused(form))).toBe('Tell more');
  });

  it('leads from a poor rating through everything that follows, and out by Escape', async () => {
    const form = await show({ categories: ['quality'] });
    options(form)[1]?.focus();
    await userEvent.keyboard(' ');
    await settled(form);
    const stops: string[] = [];
    for (let stop = 0; stop < 8; stop++) {
      await userEvent.tab();
      stops.push(focused(form)?.tagName ?? '');
    }
    expect(stops).toEqual(['INPUT', 'INPUT', 'INPUT', 'INPUT', 'SELECT', 'TEXTAREA', 'BUTTON', 'BUTTON']);
    await userEvent.keyboard('{Escape}');
    await settled(form);
    expect(all(form, 'form')).toEqual([]);
    expect(textOf(focused(form))).toBe('Tell more');
  });
});

describe('<rating-form> for everybody', () => {
  it.each(['light', 'dark'] as const)('has no barrier for anybody in %s', async (theme) => {
    const form = await show({ type: 'STARS', categories: ['quality', 'speed'] }, theme);
    await expectAccessible(form);
    await choose(form, 1);
    await drawn();
    await Promise.all(form.shadowRoot?.getAnimations().map(({ finished }) => finished) ?? []);
    await expectAccessible(form);
    await write(form, 'x'.repeat(LONGEST_TEXT + 1));
    await press(form, 'Send');
    await expectAccessible(form);
    await press(form, 'Not now');
    await expectAccessible(form);
  });

  it.each(['ltr', 'rtl'])(
    'fits 320 px with text twice as large, and every target is 44 px, %s',
    async (dir) => {
      await page.viewport(320, 700);
      onTestFinished(() => page.viewport(1_200, 800));
      const form = await show({ type: 'STARS', categories: ['a category with a rather long name'] });
      Object.assign(form.style, { inlineSize: '288px' });
      form.dir = dir;
      form.parentElement?.style.setProperty('--earshot-font-size', '28px');
      await choose(form, 0);
      await write(form, 'x'.repeat(LONGEST_TEXT + 1));
      await press(form, 'Send');
      await drawn();
      expect(form.scrollWidth).toBeLessThanOrEqual(288);
      for (const target of all<HTMLElement>(form, '.option, .flag, select, button')) {
        expect(target.offsetHeight, textOf(target)).toBeGreaterThanOrEqual(44);
        expect(target.offsetWidth, textOf(target)).toBeGreaterThanOrEqual(44);
      }
    },
  );
});
