import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import {
  ExportFoundDocument,
  FoundConversationsDocument,
  FoundMessagesDocument,
  RemoveViewDocument,
  SavedViewsDocument,
  SaveViewDocument,
} from '../../../generated/client/graphql.ts';
import type { Connection, ConnectionOptions } from '../../../client/connection.ts';
import { ConnectionError } from '../../../client/connection-error.ts';
import type { LiveSearch } from '../../../client/pages/live-search.ts';
import { expectAccessible } from '../support/axe.ts';
import { moment } from '../support/factories.ts';
import { mount, textOf } from '../support/mount.ts';
import { find, findAll, idle } from '../support/shadows.ts';

/** A server that knows 25 messages about refunds and keeps views. */
class FakeSearch {
  views = [{ id: 'v1', name: 'Angry', query: 'refund', filter: { maxSentiment: -0.5 } }];
  scopes = ['read', 'operate'];
  failure: ConnectionError | null = null;
  refusal: string | null = null;
  readonly asked: { document: unknown; variables: Record<string, unknown> }[] = [];

  connect = ({ endpoint, token }: ConnectionOptions): Connection => ({
    endpoint,
    token,
    request: (async (document: unknown, variables: Record<string, unknown>) => {
      this.asked.push({ document, variables });
      await Promise.resolve();
      if (this.failure) throw this.failure;
      return this.#answer(document, variables);
    }) as Connection['request'],
    subscribe: () => () => undefined,
    dispose: () => undefined,
  });

  /** What was sent last with a document. */
  sent(document: unknown): Record<string, unknown> | undefined {
    return this.asked.findLast((it) => it.document === document)?.variables;
  }

  #answer(document: unknown, { query, after, input }: Record<string, unknown>): unknown {
    const refused = { __typename: 'ConflictError', message: this.refusal };
    switch (document) {
      case SavedViewsDocument:
        return { savedViews: this.views, viewer: { scopes: this.scopes, openMode: false } };
      case FoundMessagesDocument: {
        const pageInfo = { endCursor: null, hasNextPage: false };
        if (query === 'spoken') return { search: { nodes: [aSpokenHit], pageInfo } };
        const from = after === null ? 0 : 20;
        const nodes =
          query === 'refund' ? Array.from({ length: after === null ? 20 : 5 }, (_, i) => aHit(from + i)) : [];
        return {
          search: { nodes, pageInfo: { endCursor: 'c20', hasNextPage: after === null && nodes.length > 0 } },
        };
      }
      case FoundConversationsDocument:
        return {
          conversations: {
            nodes: [{ ...aTalk, externalId: 'closed one' }],
            pageInfo: { endCursor: null, hasNextPage: false },
          },
        };
      case SaveViewDocument:
        return {
          saveView: this.refusal
            ? refused
            : { __typename: 'SaveViewPayload', view: { id: 'v2', ...(input as object) } },
        };
      case RemoveViewDocument:
        return { removeView: { __typename: 'RemoveViewPayload' } };
      case ExportFoundDocument:
        return {
          exportLink: this.refusal ? refused : { __typename: 'ExportLinkPayload', path: '#exported' },
        };
      default:
        throw new Error('asked for something else');
    }
  }
}

const aHit = (index: number) => ({
  message: { id: `m${index}`, sender: 'USER', at: moment(index) },
  segment: null,
  conversation: { externalId: `talk-${index}`, platform: 'web', status: 'ACTIVE' },
  snippet: [
    { text: '…I want a ', isMatch: false },
    { text: 'refund', isMatch: true },
    { text: ` <b>now</b> ${index}`, isMatch: false },
  ],
});
const aSpokenHit = {
  ...aHit(0),
  message: null,
  segment: { segmentId: 's1', speaker: 'AGENT', startMs: 65_000, at: moment(0) },
};
const aTalk = {
  id: 'c1',
  platform: 'web',
  status: 'CLOSED',
  activeAt: moment(0),
  lastText: 'Bye',
  lastSender: 'BOT',
};

async function open(server = new FakeSearch(), { theme = 'light', width = 900, dir = 'ltr' } = {}) {
  const search = await mount(
    'live-search',
    html`<live-search .connect=${server.connect} theme=${theme} dir=${dir}></live-search>`,
  );
  search.style.width = `${width}px`;
  search.style.height = '700px';
  await idle(search);
  return { server, search };
}

async function ask(search: LiveSearch, words: string): Promise<void> {
  const input = find(search, 'input[type=search]') as HTMLInputElement;
  input.focus();
  await userEvent.fill(input, words);
  await userEvent.keyboard('{Enter}');
  await idle(search);
}

const rows = (search: LiveSearch) =>
  findAll(search, 'search-result').flatMap((result) => findAll(result, 'button'));
const results = (search: LiveSearch) => rows(search).map(textOf);
const said = (search: LiveSearch) => textOf(find(search, '[role=status]'));
const buttonOf = (search: LiveSearch, label: string) =>
  findAll(search, 'button').find((it) => textOf(it) === label);

async function choose(search: LiveSearch, name: string, value: string): Promise<void> {
  const select = find(search, `select[name=${name}]`) as HTMLSelectElement;
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await idle(search);
}

describe('<live-search>', () => {
  it('tells what can be asked before anything is', async () => {
    const { search } = await open();
    expect(textOf(find(search, '.note'))).toContain('Find what was said');
    expect(said(search)).toBe('');
  });

  it('shows what was found, marked, with signs as they are', async () => {
    const { search } = await open();
    await ask(search, 'refund');
    expect(results(search)).toHaveLength(20);
    expect(results(search)[0]).toContain('User: …I want a refund <b>now</b> 0');
    expect(textOf(find(search, 'mark'))).toBe('refund');
    expect(said(search)).toBe('20 or more results found.');
  });

  it('brings older results behind those that are there', async () => {
    const { search, server } = await open();
    await ask(search, 'refund');
    buttonOf(search, 'Older results')!.click();
    await idle(search);
    expect(server.sent(FoundMessagesDocument)).toMatchObject({ after: 'c20' });
    expect(results(search)).toHaveLength(25);
    expect(said(search)).toBe('25 results found.');
    expect(buttonOf(search, 'Older results')).toBeUndefined();
  });

  it('opens the conversation of a result', async () => {
    const { search } = await open();
    await ask(search, 'refund');
    const opened: unknown[] = [];
    search.addEventListener('conversation-open', (event) => opened.push((event as CustomEvent).detail));
    rows(search)[0]!.click();
    expect(opened).toEqual([{ conversation: 'talk-0', row: 'm0', isSpoken: false }]);
  });

  it('tells who said it, and where in the call, and opens the call there', async () => {
    const { search } = await open();
    await ask(search, 'spoken');
    expect(results(search)).toEqual([expect.stringMatching(/at 1:05 of the call.*Agent: …I want a refund/u)]);
    const opened: unknown[] = [];
    search.addEventListener('conversation-open', (event) => opened.push((event as CustomEvent).detail));
    rows(search)[0]!.click();
    expect(opened).toEqual([{ conversation: 'talk-0', row: 's1', isSpoken: true }]);
  });

  it('helps when nothing was found', async () => {
    const { search } = await open();
    await ask(search, 'nothing at all');
    expect(textOf(find(search, '.note'))).toContain('Nothing was found');
    expect(said(search)).toBe('0 results found.');
  });

  it('lists conversations by filters alone', async () => {
    const { search, server } = await open();
    await choose(search, 'status', 'CLOSED');
    await choose(search, 'requiresHuman', 'false');
    expect(server.sent(FoundConversationsDocument)).toEqual({
      filter: { status: 'CLOSED', requiresHuman: false },
      after: null,
    });
    expect(results(search)).toEqual([expect.stringContaining('closed one')]);
    expect(said(search)).toBe('1 conversation found.');
  });

  it.each(['to', 'activeTo'] as const)('reads days of %s as they are where the person is', async (name) => {
    const { search, server } = await open();
    const last = find(search, `input[name=${name}]`) as HTMLInputElement;
    last.value = '2026-03-28';
    last.dispatchEvent(new Event('change', { bubbles: true }));
    await idle(search);
    const { filter } = server.sent(FoundConversationsDocument) as {
      filter: Record<typeof name, string>;
    };
    expect(new Date(filter[name])).toEqual(new Date(2026, 2, 29));
    expect(last.value).toBe('2026-03-28');
  });

  it('takes the first day of activity from its beginning', async () => {
    const { search, server } = await open();
    const first = find(search, 'input[name=activeFrom]') as HTMLInputElement;
    first.value = '2026-03-28';
    first.dispatchEvent(new Event('change', { bubbles: true }));
    await idle(search);
    expect(server.sent(FoundConversationsDocument)).toMatchObject({
      filter: { activeFrom: new Date(2026, 2, 28).toISOString() },
    });
  });

  it('chooses a view, saves one and removes it', async () => {
    const { search, server } = await open();
    const views = find(search, '.row select') as HTMLSelectElement;
    views.value = 'v1';
    views.dispatchEvent(new Event('change'));
    await idle(search);
    expect(server.sent(FoundMessagesDocument)).toMatchObject({
      query: 'refund',
      filter: { maxSentiment: -0.5 },
    });
    expect((find(search, 'input[name=maxSentiment]') as HTMLInputElement).value).toBe('-0.5');

    const name = find(search, 'input[name=name]') as HTMLInputElement;
    await userEvent.fill(name, 'Mine');
    buttonOf(search, 'Save view')!.click();
    await idle(search);
    expect(server.sent(SaveViewDocument)).toEqual({
      input: { name: 'Mine', query: 'refund', filter: { maxSentiment: -0.5 } },
    });
    expect([...views.options].map(textOf)).toEqual(['None', 'Angry', 'Mine']);
    expect(views.value).toBe('v2');

    buttonOf(search, 'Remove view')!.click();
    await idle(search);
    expect(server.sent(RemoveViewDocument)).toEqual({ id: 'v2' });
    expect([...views.options].map(textOf)).toEqual(['None', 'Angry']);
  });

  it('lets nobody change views who may not', async () => {
    const server = new FakeSearch();
    server.scopes = ['read'];
    const { search } = await open(server);
    await ask(search, 'refund');
    expect(buttonOf(search, 'Save view')).toBeUndefined();
    expect(buttonOf(search, 'Export CSV')).toBeDefined();
  });

  it('exports exactly what is asked', async () => {
    const { search, server } = await open();
    await ask(search, 'refund');
    await choose(search, 'status', 'CLOSED');
    buttonOf(search, 'Export CSV')!.click();
    await idle(search);
    expect(server.sent(ExportFoundDocument)).toEqual({
      input: { format: 'CSV', query: 'refund', filter: { status: 'CLOSED' } },
    });
    expect(said(search)).toBe('The browser is downloading the file.');
  });

  it('says what went wrong and keeps what was there', async () => {
    const { search, server } = await open();
    await ask(search, 'refund');
    server.failure = new ConnectionError('lost', 'The connection was cut.');
    await ask(search, 'refunds');
    expect(said(search)).toBe('The connection was cut.');
    expect(results(search)).toHaveLength(20);
  });

  it('goes to the field by one key', async () => {
    const { search } = await open();
    await ask(search, 'refund');
    rows(search)[0]!.focus();
    await userEvent.keyboard('/');
    expect(search.shadowRoot!.activeElement).toBe(find(search, 'input[type=search]'));
  });

  it.each([
    ['light', 'ltr'],
    ['dark', 'rtl'],
  ])('has no accessibility violation in a %s page, %s, 320 px wide', async (theme, dir) => {
    await page.viewport(320, 640);
    const { search } = await open(new FakeSearch(), { theme, width: 320, dir });
    await ask(search, 'refund');
    await choose(search, 'status', 'CLOSED');
    await expectAccessible(search);
    expect(search.scrollWidth).toBeLessThanOrEqual(320);
    expect(find(search, '.ask')!.scrollWidth).toBeLessThanOrEqual(320);
    await page.viewport(1_280, 800);
  });
});
