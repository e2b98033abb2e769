import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { ConnectionError } from '../../../client/connection-error.ts';
import type { FeedState } from '../../../client/controllers/feed-source.ts';
import { expectAccessible } from '../support/axe.ts';
import { heard, mount, textOf } from '../support/mount.ts';

const show = (state: FeedState) =>
  mount('connection-state', html`<connection-state .state=${state}></connection-state>`);

const offline = (kind: ConnectionError['kind'], inMs = 3_000): FeedState => ({
  kind: 'offline',
  error: new ConnectionError(kind, 'Cut.'),
  retryAt: Date.now() + inMs,
});

describe('<connection-state>', () => {
  it.each<[FeedState, string]>([
    [{ kind: 'connecting' }, 'Connecting'],
    [{ kind: 'live' }, 'Live'],
    [{ kind: 'catching-up', missed: 42 }, 'Catching up, 42 events'],
    [{ kind: 'catching-up', missed: 1 }, 'Catching up, 1 event'],
    [{ kind: 'denied', error: new ConnectionError('key-needed', '') }, 'Key needed'],
    [{ kind: 'denied', error: new ConnectionError('not-allowed', '') }, 'No access'],
    [offline('lost'), 'Offline, retrying in 3 s Try now'],
    [offline('restarting'), 'Server restarting, retrying in 3 s Try now'],
    [offline('failed'), 'Server trouble, retrying in 3 s Try now'],
    [offline('lost', -10), 'Offline, retrying Try now'],
  ])('says in words what the state is: %#', async (state, words) => {
    const element = await show(state);
    expect(textOf(element)).toBe(words);
    await expectAccessible(element);
  });

  it('announces the change of state, but not each second of the countdown', async () => {
    const element = await show(offline('lost'));
    expect(textOf(element.shadowRoot?.querySelector('[role=status]'))).toBe('Offline');
  });

  it('asks for another try when the person does not want to wait', async () => {
    const element = await show(offline('lost'));
    const asked = heard(element, 'retry-request');
    element.shadowRoot?.querySelector('button')?.click();
    expect(asked).toHaveLength(1);
  });
});
