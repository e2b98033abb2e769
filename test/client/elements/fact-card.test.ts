import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../client/reducers/knowledge.ts';
import type { FactCard } from '../../../client/elements/fact-card.ts';
import { quoted } from '../../../client/elements/quoted.ts';
import { drawn, heard, mount, settled, textOf } from '../support/mount.ts';
import { aFact, someProofs } from '../support/person.ts';

async function show(fact: Partial<Fact> = {}, facts: Partial<FactCard> = {}): Promise<FactCard> {
  const card = await mount('fact-card', html`<fact-card></fact-card>`);
  Object.assign(card, { fact: aFact(fact), mayOperate: true, ...facts });
  await settled(card);
  return card;
}

const open = { open: true, proofs: { found: someProofs, pending: false, problem: '' } };

async function press(card: FactCard, label: string): Promise<void> {
  const buttons = [...(card.shadowRoot?.querySelectorAll('button') ?? [])];
  buttons.find((button) => textOf(button) === label)?.click();
  await settled(card);
}

describe('<fact-card>', () => {
  it.each<[Partial<Fact>, RegExp]>([
    [{}, /^Likes jazz medium confidence said once · /],
    [{ evidenceCount: 4, confidence: 'HIGH' }, /high confidence said 4 times · /],
    [{ isStated: false, confidence: 'LOW' }, /low confidence inferred from 1 message · /],
    [{ category: 'BEHAVIOR' }, /from counting · /],
    [{ evidenceCount: 0, isConfirmed: true }, /put so by hand · .+ · confirmed$/],
    [{ polarity: 'NEGATIVE' }, /dislike said once/],
    [{ polarity: 'NEGATIVE', category: 'PERSONAL' }, /not so said once/],
    [{ tense: 'PAST' }, /past said once/],
  ])('says how sure it is and where it is from: %o', async (fact, words) => {
    expect(textOf(await show(fact))).toMatch(words);
  });

  it('tells when it is opened and closed', async () => {
    const card = await show();
    const [opened, closed] = [heard(card, 'fact-open'), heard(card, 'fact-close')];
    card.shadowRoot?.querySelector('summary')?.click();
    await drawn();
    expect([opened.length, closed.length]).toEqual([1, 0]);
    card.shadowRoot?.querySelector('summary')?.click();
    await drawn();
    expect([opened.length, closed.length]).toEqual([1, 1]);
  });

  it('asks for a correction only when the words are other ones', async () => {
    const card = await show({}, open);
    const corrections = heard(card, 'fact-correct');
    await press(card, 'Correct');
    await press(card, 'Save');
    expect(corrections).toEqual([]);
    await press(card, 'Correct');
    const input = card.shadowRoot?.querySelector('input') as HTMLInputElement;
    input.value = ' Likes bebop ';
    input.dispatchEvent(new Event('input'));
    await press(card, 'Save');
    expect(corrections).toEqual([{ fact: card.fact, value: 'Likes bebop' }]);
  });

  it('explains what no message proves', async () => {
    const proofs = { ...open.proofs, found: { evidence: [], history: [] } };
    expect(textOf(await show({ category: 'BEHAVIOR' }, { ...open, proofs }))).toContain('from counting them');
    expect(textOf(await show({ evidenceCount: 0 }, { ...open, proofs }))).toContain('somebody corrected');
  });

  it('does not ask twice while a request is on its way', async () => {
    const card = await show({}, { ...open, act: { busy: true, problem: '' } });
    const confirmed = heard(card, 'fact-confirm');
    await press(card, 'Confirm');
    expect(confirmed).toEqual([]);
  });
});

describe('a quote', () => {
  it('is found within its message, of which only the surroundings are shown', () => {
    expect(quoted('You know, I love jazz.', 'I love jazz')).toEqual(['You know, ', 'I love jazz', '.']);
    const [before, quote, after] = quoted(`${'a'.repeat(900)}jazz${'b'.repeat(900)}`, 'jazz');
    expect([before.length, quote, after.length]).toEqual([201, 'jazz', 201]);
  });

  it('stands for itself when its message reads otherwise by now', () => {
    expect(quoted('Something else', 'I love jazz')).toEqual(['', 'I love jazz', '']);
  });
});
