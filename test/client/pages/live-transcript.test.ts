import { html } from 'lit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { OneCallDocument } from '../../../generated/client/graphql.ts';
import { FOLLOW_DWELL } from '../../../client/reducers/following.ts';
import { LINGER } from '../../../client/reducers/wall.ts';
import { expectAccessible } from '../support/axe.ts';
import { aCall, aSegment, FakeTelephony, segments } from '../support/calls.ts';
import { moment } from '../support/factories.ts';
import { mount, textOf } from '../support/mount.ts';
import { find, findAll, idle } from '../support/shadows.ts';

async function open(server: FakeTelephony, facts: { call?: string; width?: number; theme?: string } = {}) {
  const { call = null, width = 1_100, theme = 'light' } = facts;
  const transcript = await mount(
    'live-transcript',
    html`<live-transcript .connect=${server.connect} .call=${call} theme=${theme}></live-transcript>`,
  );
  transcript.style.width = `${width}px`;
  transcript.style.height = '600px';
  await idle(transcript);
  return transcript;
}

function aServer(...ids: string[]): FakeTelephony {
  const server = new FakeTelephony();
  server.calls = ids.map((callId, index) =>
    aCall({ callId, customerPhoneNumber: null, startedAt: moment(-index * 60) }),
  );
  for (const id of ids) server.words.set(id, [aSegment(1, { text: `This is ${id}` })]);
  return server;
}

const said = (within: Element) =>
  findAll(within, 'segment-bubble').map((bubble) => textOf(find(bubble, '.text')));
const announced = (within: Element) => textOf(find(find(within, 'segment-log'), '[aria-live=polite]'));
const press = (within: Element, label: string) =>
  findAll(within, 'button')
    .find((each) => textOf(each).includes(label))!
    .click();

afterEach(() => void vi.useRealTimers());

describe('<live-transcript>', () => {
  it('shows what is being said as such, replaces it in place, and announces it once it is final', async () => {
    const server = aServer('call-1');
    const transcript = await open(server, { call: 'call-1' });
    server.say('call-1', aSegment(2, { text: 'I wou', isPartial: true }));
    await idle(transcript);
    const [, bubble] = findAll(transcript, 'segment-bubble');
    expect(bubble?.hasAttribute('partial')).toBe(true);
    expect(textOf(bubble)).toContain('Agent, still speaking:');
    expect(announced(transcript)).toBe('');
    server.say('call-1', aSegment(2, { text: 'I would' }));
    await idle(transcript);
    expect(findAll(transcript, 'segment-bubble')[1]).toBe(bubble);
    expect(bubble?.hasAttribute('partial')).toBe(false);
    expect(said(transcript)).toEqual(['This is call-1', 'I would']);
    expect(announced(transcript)).toBe('Agent: I would');
  });

  it('marks the words that fit a category, and names it', async () => {
    const server = aServer('call-1');
    const matches = [
      { category: 'Cancellation', start: 2, end: 8 },
      { category: 'Anger', start: 5, end: 12 },
    ];
    server.words.set('call-1', [aSegment(1, { text: 'I cancel this', matches, sentiment: -0.6 })]);
    const transcript = await open(server, { call: 'call-1' });
    expect(findAll(transcript, 'mark').map((mark) => [textOf(mark), mark.title])).toEqual([
      ['can', 'Cancellation'],
      ['cel', 'Cancellation, Anger'],
      ['thi', 'Anger'],
    ]);
    expect(said(transcript)).toEqual(['I cancel this']);
    expect(textOf(find(transcript, '.meta'))).toBe('Customer 0:02 negative CancellationAnger');
  });

  it('slots late words in, and leaves a reader who scrolled up where he is', async () => {
    const server = aServer('call-1');
    server.words.set('call-1', segments(1, 60));
    const transcript = await open(server, { call: 'call-1' });
    const scroller = find(find(transcript, 'segment-log'), '.scroll')!;
    scroller.scrollTop = 1_500;
    await idle(transcript);
    const seen = findAll(transcript, 'segment-bubble')[35]!;
    const { top } = seen.getBoundingClientRect();
    server.say('call-1', aSegment(70, { startMs: 5_000, text: 'Late' }), aSegment(61), aSegment(62));
    await idle(transcript);
    expect(seen.getBoundingClientRect().top).toBeCloseTo(top, 0);
    expect(said(transcript)[2]).toBe('Late');
    expect(textOf(find(transcript, '.pill'))).toBe('3 new');
  });

  it('gives older words on demand, and draws a few hundred of ten thousand', async () => {
    const server = aServer('call-1');
    server.words.set('call-1', segments(1, 10_000));
    const transcript = await open(server, { call: 'call-1' });
    expect(said(transcript)).toHaveLength(200);
    press(transcript, 'Load older words');
    await idle(transcript);
    expect(said(transcript)).toHaveLength(400);
    expect(said(transcript)[0]).toBe('Words 9601');
    server.say('call-1', aSegment(10_001));
    await idle(transcript);
    expect(said(transcript)).toHaveLength(400);
  });

  it('goes on from where it was cut', async () => {
    const server = aServer('call-1');
    const transcript = await open(server, { call: 'call-1' });
    server.say('call-1', aSegment(2));
    await idle(transcript);
    server.cut();
    await idle(transcript);
    expect(find(transcript, '.talk')?.className).toContain('stale');
    expect(said(transcript)).toHaveLength(2);
    press(transcript, 'Try now');
    await idle(transcript);
    const resumed = [...server.followers].map(({ variables }) => variables['after']);
    expect(resumed).toContain('epoch:1');
    expect(find(transcript, '.talk')?.className).not.toContain('stale');
  });

  it('follows the newest call, says so, and stays with the one that the viewer chose', async () => {
    const server = aServer('call-1');
    const transcript = await open(server);
    expect(textOf(transcript)).toContain('Following the newest call');
    vi.useFakeTimers({ now: Date.now() + FOLLOW_DWELL, toFake: ['Date'] });
    server.words.set('call-2', [aSegment(1, { text: 'This is call-2' })]);
    server.become(aCall({ callId: 'call-2' }), ...server.calls);
    await idle(transcript);
    expect(said(transcript)).toEqual(['This is call-2']);
    press(transcript, 'call-1');
    await idle(transcript);
    vi.setSystemTime(Date.now() + FOLLOW_DWELL);
    server.words.set('call-3', [aSegment(1, { text: 'This is call-3' })]);
    server.become(aCall({ callId: 'call-3' }), ...server.calls);
    await idle(transcript);
    expect(said(transcript)).toEqual(['This is call-1']);
    press(transcript, 'Follow the newest call');
    await idle(transcript);
    expect(said(transcript)).toEqual(['This is call-3']);
  });

  it('stays with the call whose earlier words the viewer reads', async () => {
    const server = aServer('call-1');
    server.words.set('call-1', segments(1, 60));
    const transcript = await open(server);
    find(find(transcript, 'segment-log'), '.scroll')!.scrollTop = 100;
    await idle(transcript);
    expect(textOf(transcript)).toContain('Follow the newest call');
  });

  it('lets the keyboard walk through the calls', async () => {
    const server = aServer('call-2', 'call-1');
    const transcript = await open(server);
    find(transcript, 'call-list')?.focus();
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await idle(transcript);
    expect(said(transcript)).toEqual(['This is call-1']);
  });

  it('tells what is known of the call beside its words', async () => {
    const server = aServer();
    const endedAt = moment(75);
    server.calls = [
      aCall({ status: 'CLOSED', endedAt, durationMs: 75_000, endReason: 'silent for 30 minutes' }),
    ];
    server.words.set('call-1', segments(1, 3));
    const transcript = await open(server, { call: 'call-1' });
    const details = textOf(find(transcript, 'call-details'));
    expect(details).toContain('Duration 1:15');
    expect(details).toContain('Customer +1 555 123 4567');
    expect(details).toContain('Customer, 1 interruption 0:04 · 40 %');
    expect(details).toContain('Cancellation 0:02');
    expect(details).toContain('at 0:053.5 s');
    expect(findAll(transcript, 'tbody tr').map(textOf)[0]).toBe('0:00 −0.40, somewhat negativenothing said');
    expect(textOf(transcript)).toContain('The call ended: silent for 30 minutes');
    expect(details).toContain('Reason silent for 30 minutes');
  });

  it('waits for a call that has not begun', async () => {
    const server = new FakeTelephony();
    const transcript = await open(server, { call: 'call-1' });
    expect(textOf(transcript)).toContain('This call has not begun yet.');
    server.say('call-1', aSegment(1));
    server.become(aCall());
    await idle(transcript);
    expect(said(transcript)).toEqual(['Words 1']);
  });

  it('asks for a key where one is needed', async () => {
    const server = aServer('call-1');
    server.key = 'right';
    const transcript = await open(server);
    expect(find(transcript, 'key-form')).not.toBeNull();
    transcript.token = 'right';
    await idle(transcript);
    expect(said(transcript)).toEqual(['This is call-1']);
  });

  it.each(['light', 'dark'])('has no accessibility violation in a %s page', async (theme) => {
    const server = aServer('call-2', 'call-1');
    server.words.set('call-2', [
      ...segments(1, 4),
      aSegment(5, { isPartial: true, sentiment: 0.7 }),
      aSegment(6, { matches: [{ category: 'Cancellation', start: 0, end: 5 }], sentiment: -0.7 }),
    ]);
    const transcript = await open(server, { theme });
    await expectAccessible(transcript);
    await page.viewport(320, 640);
    transcript.style.width = '320px';
    await idle(transcript);
    await expectAccessible(transcript);
    expect(transcript.scrollWidth).toBeLessThanOrEqual(320);
    press(transcript, 'Details');
    await idle(transcript);
    await expectAccessible(transcript);
    await page.viewport(1_280, 800);
  });
});

async function openWall(server: FakeTelephony) {
  const wall = await mount(
    'live-transcript-wall',
    html`<live-transcript-wall .connect=${server.connect} calls="2"></live-transcript-wall>`,
  );
  wall.style.width = '1100px';
  await idle(wall);
  return wall;
}

describe('<live-transcript-wall>', () => {
  const names = (wall: Element) => findAll(wall, 'call-tile').map((tile) => textOf(find(tile, 'h4')));

  it('shows several calls, and gives the place of one that ended to the newest after a while', async () => {
    const server = aServer('call-2', 'call-1');
    const wall = await openWall(server);
    expect(names(wall)).toEqual(['call-2', 'call-1']);
    await expectAccessible(wall);
    const [second, first] = server.calls;
    server.words.set('call-3', [aSegment(1, { text: 'This is call-3' })]);
    const ended = { ...second!, status: 'CLOSED', endedAt: moment(75), durationMs: 75_000 } as const;
    server.become(
      aCall({ callId: 'call-3', customerPhoneNumber: null }),
      { ...ended, endReason: 'silent for 30 minutes' },
      first!,
    );
    await idle(wall);
    expect(names(wall)).toEqual(['call-2', 'call-1']);
    expect(textOf(findAll(wall, 'call-tile')[0])).toContain('The call ended: silent for 30 minutes');
    vi.useFakeTimers({ now: Date.now() + LINGER, toFake: ['Date'] });
    server.become(...server.calls);
    await idle(wall);
    expect(names(wall)).toEqual(['call-3', 'call-1']);
    expect(said(wall)).toEqual(['This is call-3', 'This is call-1']);
  });

  it('keeps a call that goes on when more began since than a list holds, until it ends', async () => {
    const server = aServer('call-2', 'call-1');
    const wall = await openWall(server);
    const onWall = server.calls;
    const rush = Array.from({ length: 101 }, (_, index) =>
      aCall({ callId: `rush-${index}`, customerPhoneNumber: null }),
    );
    server.become(...rush, ...onWall);
    await idle(wall);
    vi.useFakeTimers({ now: Date.now() + LINGER, toFake: ['Date'] });
    server.become(...rush, ...onWall);
    await idle(wall);
    expect(names(wall)).toEqual(['call-2', 'call-1']);
    expect(textOf(wall)).not.toContain('The call ended');
    expect(textOf(wall)).toContain('100 calls or more now');
    server.become(...rush, onWall[0]!, { ...onWall[1]!, status: 'CLOSED', endedAt: moment(75) });
    await idle(wall);
    expect(textOf(findAll(wall, 'call-tile')[1])).toContain('The call ended');
    vi.setSystemTime(Date.now() + LINGER);
    server.become(...server.calls);
    await idle(wall);
    expect(names(wall)).toEqual(['call-2', 'rush-0']);
    const { length } = [...server.followers].filter(({ document }) => document === OneCallDocument);
    expect(length).toBe(1);
  });
});
