import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible } from '../support/axe.ts';
import { heard, mount, textOf } from '../support/mount.ts';

const show = (problem = '', theme: 'light' | 'dark' = 'light') =>
  mount('key-form', html`<key-form .problem=${problem} remembers></key-form>`, theme);

const input = (form: Element) => form.shadowRoot?.querySelector('input') as HTMLInputElement;

describe('<key-form>', () => {
  it('gives the key without the spaces that came along with it', async () => {
    const form = await show();
    const given = heard(form, 'key-submit');
    input(form).focus();
    await userEvent.keyboard('  ear_0123 {Enter}');
    expect(given).toEqual(['ear_0123']);
  });

  it('gives nothing while the field is empty, and leads back to it', async () => {
    const form = await show();
    const given = heard(form, 'key-submit');
    form.shadowRoot?.querySelector('button')?.click();
    expect(given).toEqual([]);
    expect(form.shadowRoot?.activeElement).toBe(input(form));
  });

  it('hides what is typed, and says where it is kept', async () => {
    const form = await show();
    expect(input(form).type).toBe('password');
    expect(textOf(form)).toContain('Kept in this tab only');
  });

  it('says what was wrong with the last key, at the field', async () => {
    const form = await show('That key was not accepted.');
    expect(textOf(form.shadowRoot?.querySelector('[role=alert]'))).toBe('That key was not accepted.');
    expect(input(form).getAttribute('aria-invalid')).toBe('true');
  });

  it.each(['light', 'dark'] as const)('has no barrier for anybody in %s', async (theme) => {
    await expectAccessible(await show('', theme));
    await expectAccessible(await show('That key was not accepted.', theme));
  });
});
