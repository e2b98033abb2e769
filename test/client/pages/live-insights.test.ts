import { html } from 'lit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import {
  ConfirmFactDocument,
  CorrectFactDocument,
  ForgetFactDocument,
  PersonDocument,
  ProofsDocument,
  RightsDocument,
} from '../../../generated/client/graphql.ts';
import type { Connection, ConnectionOptions } from '../../../client/connection.ts';
import { ConnectionError } from '../../../client/connection-error.ts';
import type { FactCard } from '../../../client/elements/fact-card.ts';
import type { LiveInsights } from '../../../client/pages/live-insights.ts';
import { expectAccessible } from '../support/axe.ts';
import { aConversation, messages, moment } from '../support/factories.ts';
import { FakeServer } from '../support/fake-connection.ts';
import { drawn, mount, settled, textOf } from '../support/mount.ts';
import { aFact, aPerson, FakeKnowledge, someProofs } from '../support/person.ts';

const jazz = aFact();
const cooking = aFact({ value: 'Likes cooking' });

async function open(server: FakeKnowledge, facts: { token?: string; theme?: string; width?: number } = {}) {
  const { token = null, theme = 'light', width = 420 } = facts;
  const insights = await mount(
    'live-insights',
    html`<live-insights
      user="user123"
      .connect=${server.connect}
      .token=${token}
      theme=${theme}
    ></live-insights>`,
  );
  insights.style.width = `${width}px`;
  await idle(insights);
  return insights;
}

async function idle(insights: Element): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await drawn();
    await settled(insights);
  }
}

/** The first element that matches, in an element's shadow or in any below it. */
function find(root: Element | null | undefined, selector: string): HTMLElement | null {
  const found = root?.shadowRoot?.querySelector<HTMLElement>(selector);
  if (found) return found;
  for (const element of root?.shadowRoot?.querySelectorAll('*') ?? []) {
    const deeper = element.shadowRoot && find(element, selector);
    if (deeper) return deeper;
  }
  return null;
}

function cards(insights: Element): FactCard[] {
  return [...(find(insights, 'known-facts')?.shadowRoot?.querySelectorAll('fact-card') ?? [])];
}

const cardOf = (insights: Element, value: string) =>
  cards(insights).find((card) => textOf(card).includes(value)) as FactCard;

async function press(insights: LiveInsights, card: FactCard, label: string): Promise<void> {
  const buttons = [...(card.shadowRoot?.querySelectorAll('button') ?? [])];
  buttons.find((button) => textOf(button) === label)?.click();
  await idle(insights);
}

async function unfold(insights: LiveInsights, value = 'Likes jazz'): Promise<FactCard> {
  const card = cardOf(insights, value);
  card.shadowRoot?.querySelector('summary')?.click();
  await idle(insights);
  return card;
}

const announced = (insights: Element) => textOf(insights.shadowRoot?.querySelector('[aria-live=polite]'));
const stateOf = (insights: Element) => textOf(find(insights, 'connection-state'));

describe('<live-insights>', () => {
  it('shows what is known of a person, and that it is live', async () => {
    const insights = await open(new FakeKnowledge());
    expect(textOf(insights)).toContain('user123');
    expect(textOf(insights)).toContain('1 fact · known since');
    expect(textOf(insights)).toContain('Likes jazz');
    expect(textOf(find(insights, 'person-figures'))).toBe(
      'messages 3 average sentiment +0.13 most active hour, UTC 23–00',
    );
    expect(stateOf(insights)).toBe('Live');
    expect(announced(insights)).toBe('');
  });

  it('marks and announces what is new, once, and leaves the focus where it is', async () => {
    const server = new FakeKnowledge();
    const insights = await open(server);
    cardOf(insights, 'Likes jazz').focus();
    const focused = document.activeElement;
    server.become(aPerson({ facts: [cooking, jazz] }));
    await idle(insights);
    expect(announced(insights)).toBe('New: Likes cooking');
    expect(cardOf(insights, 'Likes cooking').fresh).toBe(true);
    expect(cardOf(insights, 'Likes jazz').fresh).toBe(false);
    expect(document.activeElement).toBe(focused);
    expect(find(insights, 'known-facts')?.shadowRoot?.activeElement).toBe(cardOf(insights, 'Likes jazz'));
  });

  it('fetches the proofs of a fact when it is opened, and again when it was said once more', async () => {
    const server = new FakeKnowledge();
    const insights = await open(server);
    expect(server.askedFor(ProofsDocument)).toEqual([]);
    const card = await unfold(insights);
    expect(server.askedFor(ProofsDocument)).toEqual([{ id: jazz.id }]);
    expect(textOf(find(card, 'blockquote'))).toBe('You know, I love jazz so much');
    expect(textOf(find(card, 'mark'))).toBe('I love jazz');
    expect(textOf(card)).toContain('conv_1736');
    expect(textOf(card)).toContain('Known before Likes blues');
    server.become(aPerson({ facts: [{ ...jazz, evidenceCount: 2 }] }));
    await idle(insights);
    expect(server.askedFor(ProofsDocument)).toHaveLength(2);
    expect(cardOf(insights, 'Likes jazz').open).toBe(true);
  });

  it('says when the proofs cannot be had, and tries again', async () => {
    const server = new FakeKnowledge();
    const insights = await open(server);
    server.failure = new ConnectionError('lost', 'The server cannot be reached.');
    const card = await unfold(insights);
    expect(textOf(card)).toContain('could not be loaded. The server cannot be reached.');
    server.failure = null;
    await press(insights, card, 'Try again');
    expect(textOf(card)).toContain('I love jazz');
  });

  it('confirms, corrects and forgets at the server, and asks before it forgets', async () => {
    const server = new FakeKnowledge();
    const insights = await open(server);
    const card = await unfold(insights);
    await press(insights, card, 'Confirm');
    expect(server.askedFor(ConfirmFactDocument)).toEqual([{ id: jazz.id }]);
    await press(insights, card, 'Correct');
    await userEvent.keyboard('Likes bebop{Enter}');
    await idle(insights);
    expect(server.askedFor(CorrectFactDocument)).toEqual([{ id: jazz.id, value: 'Likes bebop' }]);
    expect(find(card, 'form')).toBeNull();
    await press(insights, card, 'Forget');
    expect(server.askedFor(ForgetFactDocument)).toEqual([]);
    await press(insights, card, 'Forget it');
    expect(server.askedFor(ForgetFactDocument)).toEqual([{ id: jazz.id }]);
  });

  it('tells in place why something was refused, and keeps the words', async () => {
    const server = new FakeKnowledge();
    server.refusal = 'This fact is known no more.';
    const insights = await open(server);
    const card = await unfold(insights);
    await press(insights, card, 'Correct');
    await userEvent.keyboard('Likes bebop{Enter}');
    await idle(insights);
    expect(textOf(find(card, 'p.problem[role=alert]:not(:empty)'))).toBe(server.refusal);
    expect((find(card, 'input') as HTMLInputElement).value).toBe('Likes bebop');
  });

  it('keeps a half-written correction in its place while other things are learned', async () => {
    const server = new FakeKnowledge();
    server.person = aPerson({ facts: [cooking, jazz] });
    const insights = await open(server);
    const card = await unfold(insights);
    await press(insights, card, 'Correct');
    await userEvent.keyboard('Likes be');
    const chess = aFact({ value: 'Likes chess' });
    server.become(aPerson({ facts: [{ ...jazz, evidenceCount: 4, confidence: 'HIGH' }, chess, cooking] }));
    await idle(insights);
    await userEvent.keyboard('bop');
    expect((find(card, 'input') as HTMLInputElement).value).toBe('Likes bebop');
    expect(cards(insights).map(({ fact }) => fact?.value)).toEqual([
      'Likes cooking',
      'Likes chess',
      'Likes jazz',
    ]);
  });

  it('offers no change to a key that may only read', async () => {
    const server = new FakeKnowledge();
    server.viewer = { scopes: ['read'], openMode: false };
    const insights = await open(server);
    const card = await unfold(insights);
    expect(card.shadowRoot?.querySelector('.steps')).toBeNull();
    expect(textOf(card)).toContain('I love jazz');
  });

  it('helps where the person is unknown, where nothing is known yet and where no person is named', async () => {
    const server = new FakeKnowledge();
    server.person = null;
    const insights = await open(server);
    expect(textOf(insights)).toContain('Nobody of this id has said anything yet.');
    server.become(aPerson({ facts: [] }));
    await idle(insights);
    expect(textOf(insights)).toContain('No facts yet.');
    insights.user = null;
    await idle(insights);
    expect(textOf(insights)).toContain('Name a person in the attribute “user”.');
  });

  it('forgets one person when it is asked about another', async () => {
    const server = new FakeKnowledge();
    const insights = await open(server);
    await unfold(insights);
    insights.user = 'user456';
    await insights.updateComplete;
    expect(textOf(insights)).not.toContain('jazz');
    await idle(insights);
    expect(textOf(insights)).toContain('Nobody of this id');
    expect(server.followers.map(({ externalId, stopped }) => [externalId, stopped])).toEqual([
      ['user123', true],
      ['user456', false],
    ]);
  });

  it('greys what it has while it is offline, and begins with the present state again', async () => {
    const server = new FakeKnowledge();
    const insights = await open(server);
    server.cut();
    await idle(insights);
    expect(stateOf(insights)).toMatch(/^Offline, retrying/);
    expect(find(insights, '.known')?.classList.contains('stale')).toBe(true);
    server.person = aPerson({ facts: [cooking, jazz] });
    find(insights, 'connection-state')?.shadowRoot?.querySelector('button')?.click();
    await idle(insights);
    expect(stateOf(insights)).toBe('Live');
    expect(announced(insights)).toBe('New: Likes cooking');
    expect(find(insights, '.stale')).toBeNull();
  });

  it('follows on after it was moved in its page', async () => {
    const server = new FakeKnowledge();
    const insights = await open(server);
    insights.parentElement?.append(insights);
    await idle(insights);
    expect(server.followers.map(({ stopped }) => stopped)).toEqual([true, false]);
    expect(textOf(insights)).toContain('Likes jazz');
  });
});

describe('<live-insights> in <live-monitor>', () => {
  async function openMonitor(width: number) {
    await page.viewport(Math.max(width, 320), 800);
    onTestFinished(() => page.viewport(1_200, 800));
    const [server, knowledge] = [new FakeServer(), new FakeKnowledge()];
    server.conversations = [
      aConversation({ externalId: 'conv_1736', endUser: { externalId: 'user123' }, activeAt: moment(60) }),
      aConversation({ externalId: 'session-123' }),
    ];
    server.messages.set('conv_1736', messages(1, 6));
    const connect = vi.fn((options: ConnectionOptions): Connection => {
      const [monitoring, knowing] = [server.connect(options), knowledge.connect(options)];
      const isKnown = (document: unknown) => document === RightsDocument || document === ProofsDocument;
      return {
        ...monitoring,
        request: (document, variables) =>
          (isKnown(document) ? knowing : monitoring).request(document, variables),
        subscribe: (document, variables, sink) =>
          ((document as unknown) === PersonDocument ? knowing : monitoring).subscribe(
            document,
            variables,
            sink,
          ),
      };
    });
    const monitor = await mount(
      'live-monitor',
      html`<live-monitor .connect=${connect} theme="light"></live-monitor>`,
    );
    monitor.style.width = `${width}px`;
    await idle(monitor);
    const toggle = async () => {
      find(monitor, '.insights')?.click();
      await idle(monitor);
    };
    const choose = async (id: string) => {
      find(monitor, `conversation-card[data-id="${id}"]`)?.click();
      await idle(monitor);
    };
    return { monitor, server, knowledge, connect, toggle, choose };
  }

  it('stands beside the conversation of a known person, over the connection of the monitor', async () => {
    const { monitor, connect, choose, toggle } = await openMonitor(1_360);
    expect(textOf(find(monitor, 'live-insights'))).toContain('Likes jazz');
    expect(find(find(monitor, 'live-insights'), 'connection-state')).toBeNull();
    expect(connect).toHaveBeenCalledTimes(1);
    await expectAccessible(monitor);
    await choose('session-123');
    expect([find(monitor, 'live-insights'), find(monitor, '.insights')]).toEqual([null, null]);
    await choose('conv_1736');
    await toggle();
    expect(find(monitor, 'live-insights')).toBeNull();
  });

  it('leaves the room to the messages until it is asked for, where there is little of it', async () => {
    const { monitor, choose, toggle } = await openMonitor(320);
    await choose('conv_1736');
    expect(find(monitor, 'live-insights')).toBeNull();
    await toggle();
    expect(find(monitor, 'live-insights')?.offsetWidth).toBe(320);
    expect(find(monitor, 'message-log')?.inert).toBe(true);
    await expectAccessible(monitor);
    await toggle();
    expect(find(monitor, 'message-log')?.inert).toBe(false);
  });

  it('stays with the conversation whose person somebody looks into', async () => {
    const { monitor } = await openMonitor(1_360);
    expect(textOf(monitor)).toContain('Following the newest conversation');
    cardOf(find(monitor, 'live-insights') as LiveInsights, 'Likes jazz').focus();
    await idle(monitor);
    expect(textOf(monitor)).not.toContain('Following the newest conversation');
  });
});

describe('<live-insights> with a key', () => {
  it('asks for one, says when it is wrong, and opens with the right one', async () => {
    const server = new FakeKnowledge();
    server.key = 'ear_right';
    const insights = await open(server);
    const give = async (key: string) => {
      (find(insights, 'input') as HTMLInputElement).value = key;
      find(insights, 'form button')?.click();
      await idle(insights);
    };
    expect(stateOf(insights)).toBe('Key needed');
    await give('ear_wrong');
    expect(textOf(find(insights, 'key-form'))).toContain('That key was not accepted.');
    await give('ear_right');
    expect(textOf(insights)).toContain('Likes jazz');
  });

  it('takes everything off the screen when the key is withdrawn, and tells its page', async () => {
    const server = new FakeKnowledge();
    const insights = await open(server);
    const told = vi.fn();
    insights.addEventListener('access-denied', told);
    server.cut('key-needed');
    await idle(insights);
    expect(told).toHaveBeenCalledTimes(1);
    expect(textOf(insights)).toContain('Your access has ended');
    expect(textOf(insights)).not.toContain('jazz');
  });
});

describe('<live-insights> for everybody', () => {
  const everything = () => {
    const server = new FakeKnowledge();
    server.proofs = {
      ...someProofs,
      evidence: [{ ...someProofs.evidence[0]!, text: `I love jazz ${'x'.repeat(300)}` }],
    };
    server.person = aPerson({
      facts: [
        jazz,
        aFact({ value: 'Dislikes spicy food', polarity: 'NEGATIVE', isConfirmed: true, confidence: 'HIGH' }),
        aFact({ value: 'Used to play football', tense: 'PAST', confidence: 'LOW', isStated: false }),
        aFact({ value: 'Lives in Berlin', category: 'PERSONAL' }),
        aFact({ value: 'Writes short messages', category: 'BEHAVIOR' }),
      ],
    });
    return server;
  };

  it.each(['light', 'dark'])('has no barrier for anybody in %s', async (theme) => {
    const server = everything();
    const insights = await open(server, { theme });
    await expectAccessible(insights);
    await press(insights, await unfold(insights), 'Correct');
    await press(insights, await unfold(insights, 'Dislikes'), 'Forget');
    server.become(aPerson({ facts: [...(server.person?.facts ?? []), cooking] }));
    await idle(insights);
    // The colours of what is new settle for a moment.
    await new Promise((resolve) => setTimeout(resolve, 700));
    await expectAccessible(insights);
    insights.style.width = '1100px';
    await idle(insights);
    await expectAccessible(insights);
  });

  it.each(['ltr', 'rtl'] as const)('fits 320 px with text twice as large, %s', async (direction) => {
    await page.viewport(320, 700);
    onTestFinished(() => page.viewport(1_200, 800));
    const insights = await open(everything(), { width: 320 });
    insights.dir = direction;
    insights.style.setProperty('--earshot-font-size', '28px');
    await press(insights, await unfold(insights), 'Correct');
    await press(insights, await unfold(insights, 'Dislikes'), 'Forget');
    for (const selector of ['.frame', '.scroll', 'header', 'dl', '.more']) {
      const element = find(insights, selector);
      expect(element?.scrollWidth, selector).toBeLessThanOrEqual(element?.clientWidth ?? 0);
    }
  });

  it('is worked by the keyboard alone', async () => {
    const insights = await open(everything());
    const card = cardOf(insights, 'Likes jazz');
    card.focus();
    await userEvent.keyboard('{Enter}');
    await idle(insights);
    expect(card.open).toBe(true);
    await userEvent.keyboard('{Tab}{Tab}{Enter}');
    await idle(insights);
    expect(card.shadowRoot?.activeElement?.tagName).toBe('INPUT');
    await userEvent.keyboard('{Escape}');
    await idle(insights);
    expect(textOf(card.shadowRoot?.activeElement)).toBe('Correct');
  });

  it('gives the keyboard to the neighbour of a fact that is gone', async () => {
    const server = new FakeKnowledge();
    server.person = aPerson({ facts: [jazz, cooking] });
    const insights = await open(server);
    cardOf(insights, 'Likes jazz').focus();
    server.become(aPerson({ facts: [cooking] }));
    await idle(insights);
    expect(cardOf(insights, 'Likes cooking').shadowRoot?.activeElement?.tagName).toBe('SUMMARY');
  });
});
