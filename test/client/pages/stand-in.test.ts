import { html, LitElement } from 'lit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { partsComeFrom } from '../../../client/parts.ts';
import { standIn } from '../../../client/pages/stand-in.ts';
import { expectAccessible } from '../support/axe.ts';
import { bringParts, drawn, heard, mount, settled, textOf } from '../support/mount.ts';

class Wanted extends LitElement {
  static override properties = { session: {}, token: {}, theme: {} };
  declare session: string | null;
  declare token: string | null;
  declare theme: string;
  override render() {
    return html`<p>Session ${this.session} with ${this.token ?? 'no key'} in ${this.theme}</p>`;
  }
}
declare global {
  interface HTMLElementTagNameMap {
    'live-test': Wanted;
  }
}
customElements.define('live-test', standIn('live-test', 'figures', { session: {} }));

/** Brings the part after so many failures. */
function bringAfter(failures: number): string[] {
  const asked: string[] = [];
  partsComeFrom(async (name) => {
    asked.push(name);
    if (asked.length <= failures) throw new TypeError('Failed to fetch');
    return { elements: { 'live-test': Wanted } };
  });
  onTestFinished(bringParts);
  return asked;
}

async function open() {
  const page = await mount('live-test', html`<live-test session="session-1" theme="dark"></live-test>`);
  await drawn();
  await settled(page);
  return page;
}

describe('the stand-in for an element whose script is not here yet', () => {
  it('fetches the script once for all, and becomes what it stands for', async () => {
    const asked = bringAfter(0);
    const [page] = await Promise.all([open(), open()]);
    expect(textOf(page)).toBe('Session session-1 with no key in dark');
    expect(asked).toEqual(['figures']);
  });

  it('passes on what its host says later', async () => {
    bringAfter(0);
    const page = await open();
    page.session = 'session-2';
    page.setAttribute('token', 'ear_1');
    await settled(page);
    expect(textOf(page)).toBe('Session session-2 with ear_1 in dark');
  });

  it('says that the script could not be had, and tries again when asked to', async () => {
    const asked = bringAfter(1);
    const page = await open();
    expect(textOf(page.shadowRoot?.querySelector('[role=alert]'))).toContain('could not be loaded');
    await expectAccessible(page);
    page.shadowRoot?.querySelector('button')?.click();
    await drawn();
    await settled(page);
    expect(textOf(page)).toBe('Session session-1 with no key in dark');
    expect(asked).toHaveLength(2);
  });

  it('lets events of the element through', async () => {
    bringAfter(0);
    const page = await open();
    const denied = heard(page, 'access-denied');
    const inside = page.shadowRoot?.querySelector('live-test-page');
    inside?.dispatchEvent(new CustomEvent('access-denied', { bubbles: true, composed: true }));
    expect(denied).toHaveLength(1);
  });
});
