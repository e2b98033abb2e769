import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keyOf, record } from '../support/figures.ts';
import { temporaryFolder } from '../support/folder.ts';
import { runEarshot } from '../support/process.ts';
import { createDatabase, startServer, type TestServer } from '../support/server.ts';

const NOW = '2026-03-10T12:00:00.000Z';
let own: Awaited<ReturnType<typeof createDatabase>>;
let server: TestServer;
/** Another process on the same database. */
let other: TestServer;
beforeAll(async () => {
  own = await createDatabase();
  const options = { database: own, now: () => Date.parse(NOW) };
  [server, other] = await Promise.all([startServer(options), startServer(options)]);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
});

let models = 0;
let model: string;
// A model that no other test knows.
beforeEach(() => {
  models += 1;
  model = `model-${models}-of-this-test`;
});

type Refusal = { __typename: string; field?: string; message?: string };
type Imported = Refusal & { read: number; changed: number; skipped: { name: string; reason: string }[] };
const refusal = '__typename ... on Error { message } ... on InvalidInputError { field }';

async function importPrices(prices: object, at = server): Promise<Imported> {
  const mutation = `mutation ($input: ImportPricesInput!) { importPrices(input: $input) { ${refusal}
    ... on ImportPricesPayload { read changed skipped { name reason } } } }`;
  const { importPrices: it } = await at.graphql<{ importPrices: Imported }>(mutation, { input: { prices } });
  return it;
}

async function setRule(input: object, at = server): Promise<Refusal> {
  const mutation = `mutation ($input: SetPriceRuleInput!) { setPriceRule(input: $input) { ${refusal} } }`;
  const { setPriceRule } = await at.graphql<{ setPriceRule: Refusal }>(mutation, { input });
  return setPriceRule;
}

async function removeRule(name: string, at = server): Promise<Refusal & { name?: string }> {
  const mutation = `mutation ($name: String!) { removePriceRule(name: $name) { __typename
    ... on Error { message } ... on RemovePriceRulePayload { name } } }`;
  const { removePriceRule } = await at.graphql<{ removePriceRule: Refusal }>(mutation, { name });
  return removePriceRule;
}

/** What 1,000 input tokens cost. */
async function cost(of = model, more: object = {}, at = server): Promise<string | null> {
  const usage = { prompt_tokens: 1000, completion_tokens: 0 };
  const stored = await record(at, 'recordCost', {
    sessionId: 's',
    service: 'llm',
    model: of,
    usage,
    ...more,
  });
  return stored.cost!.usd;
}

type Offer = { listing: string | null; rates: Record<string, string>; discount: string };
async function offer(of = model, at?: string): Promise<Offer | null> {
  const query =
    'query ($model: String!, $at: DateTime) { price(model: $model, at: $at) { listing rates discount } }';
  const { price } = await server.graphql<{ price: Offer | null }>(query, { model: of, at });
  return price;
}

const rates = (input: unknown, output: unknown = 0): object => ({
  mode: 'chat',
  input_cost_per_token: input,
  output_cost_per_token: output,
});

describe('a list of prices', () => {
  test('is read in the form of LiteLLM; what gave no price is told with the reason', async () => {
    const answer = await importPrices({
      sample_spec: { input_cost_per_token: 0 },
      [model]: { ...rates(2.5e-7), litellm_provider: 'someone', max_tokens: 8192 },
      'an-image': { output_cost_per_image: 0.04 },
      broken: { input_cost_per_token: -1 },
      text: 'no price',
    });
    expect(answer).toEqual({
      __typename: 'ImportPricesPayload',
      read: 1,
      changed: 1,
      skipped: [
        { name: 'sample_spec', reason: 'describes the format' },
        { name: 'an-image', reason: 'states no price of a token, character, second, minute or request' },
        { name: 'broken', reason: 'input_cost_per_token must not be negative' },
        { name: 'text', reason: 'must be an object' },
      ],
    });
    expect(await offer()).toEqual({
      listing: model,
      rates: { input_cost_per_token: '0.00000025', output_cost_per_token: '0' },
      discount: '0',
    });
  });

  test('counts what is new and what is changed; the same again changes nothing', async () => {
    const list = { [model]: rates('0.001'), [`${model}-b`]: rates('0.002') };
    expect(await importPrices(list)).toMatchObject({ read: 2, changed: 2 });
    expect(await importPrices(list)).toMatchObject({ read: 2, changed: 0 });
    expect(await importPrices({ ...list, [model]: rates('0.003') })).toMatchObject({ read: 2, changed: 1 });
    // What a list does not name stays.
    expect(await importPrices({ [`${model}-c`]: rates('1') })).toMatchObject({ read: 1, changed: 1 });
    expect(await offer(`${model}-b`)).toMatchObject({ rates: { input_cost_per_token: '0.002' } });
  });

  test('without a price is refused', async () => {
    expect(await importPrices({})).toMatchObject({ field: 'input.prices', message: /it is empty/u });
    const image = await importPrices({ image: { output_cost_per_image: 1 } });
    expect(image).toMatchObject({
      __typename: 'InvalidInputError',
      message: /holds no price: image states/u,
    });
  });

  test('holds for costs from then on, and leaves those before as they were', async () => {
    expect(await cost()).toBeNull();
    await importPrices({ [model]: rates('0.0001') });
    expect(await cost()).toBe('0.1');
    await importPrices({ [model]: rates('0.0002') });
    expect(await cost()).toBe('0.2');
    const sessionId = `imported ${model}`;
    await cost(model, { sessionId });
    await importPrices({ [model]: rates('0.0003') });
    const query = 'query ($id: String!) { session(id: $id) { costs { totalUsd } } }';
    expect(await server.graphql(query, { id: sessionId })).toEqual({
      session: { costs: { totalUsd: '0.2' } },
    });
  });

  test('goes before the prices that are shipped', async () => {
    const before = await cost('gpt-4o-mini');
    expect(before).toBe('0.00015');
    await importPrices({ 'gpt-4o-mini': rates('0.5', '0.5') });
    expect(await cost('gpt-4o-mini')).toBe('500');
    await importPrices({ 'gpt-4o-mini': rates('0.00000015', '0.0000006') });
    expect(await cost('gpt-4o-mini')).toBe('0.00015');
  });
});

describe('a price of my own', () => {
  const rule = (name: string, more: object): object => ({
    name,
    match: { model },
    from: '2026-03-01T00:00:00Z',
    ...more,
  });

  test('holds from its beginning until before its end', async () => {
    await importPrices({ [model]: rates('0.001') });
    const price = { input_cost_per_token: '0.002' };
    const until = '2026-03-05T00:00:00Z';
    expect(await setRule(rule(`march ${model}`, { price, until }))).toEqual({
      __typename: 'SetPriceRulePayload',
    });
    expect(await cost(model, { at: '2026-02-28T23:59:59.999Z' })).toBe('1');
    expect(await cost(model, { at: '2026-03-01T00:00:00Z' })).toBe('2');
    expect(await cost(model, { at: '2026-03-04T23:59:59.999Z' })).toBe('2');
    expect(await cost(model, { at: until })).toBe('1');
    // Now is March 10.
    expect(await cost()).toBe('1');
    expect(await offer(model, '2026-03-02T00:00:00Z')).toMatchObject({
      listing: null,
      rates: { input_cost_per_token: '0.002' },
    });
    expect(await offer()).toMatchObject({ listing: model, rates: { input_cost_per_token: '0.001' } });
  });

  test('may be a discount, which is taken off to the last digit, until the rule is removed', async () => {
    await importPrices({ [model]: rates('0.0000033') });
    const name = `discount ${model}`;
    await setRule(rule(name, { discount: '0.15' }));
    // 1,000 × 0.0000033 × 0.85
    expect(await cost()).toBe('0.002805');
    await setRule(rule(name, { discount: '0.5' }));
    expect(await cost()).toBe('0.00165');
    expect(await removeRule(name)).toEqual({ __typename: 'RemovePriceRulePayload', name });
    expect(await cost()).toBe('0.0033');
    expect(await removeRule(name)).toMatchObject({
      __typename: 'NotFoundError',
      message: /There is no price rule/u,
    });
  });

  test('that begins with another one is charged as it is shown', async () => {
    await importPrices({ [model]: rates('0.001') });
    await setRule(rule(`b ${model}`, { discount: '0.5' }));
    await setRule(rule(`a ${model}`, { discount: '0.1' }));
    expect(await cost()).toBe((await offer())!.discount === '0.5' ? '0.5' : '0.9');
  });

  test('is for all that begin so, where a star says it', async () => {
    await setRule(
      rule(`star ${model}`, { match: { model: `${model}*` }, price: { input_cost_per_token: '1' } }),
    );
    expect(await cost(`${model}-large`)).toBe('1000');
    expect(await cost(`another-${model}`)).toBeNull();
  });

  test('is listed by its name with all that it says', async () => {
    const name = `listed ${model}`;
    const until = '2026-04-01T00:00:00.000Z';
    await setRule(rule(name, { price: { input_cost_per_token: 1e-7 }, discount: '0.25', until }));
    const query = '{ priceRules { name match price discount from until } }';
    type Data = { priceRules: { name: string }[] };
    const { priceRules } = await server.graphql<Data>(query);
    expect(priceRules.map((it) => it.name)).toEqual(priceRules.map((it) => it.name).toSorted());
    expect(priceRules.find((it) => it.name === name)).toEqual({
      name,
      match: { model },
      price: { input_cost_per_token: '0.0000001' },
      discount: '0.25',
      from: '2026-03-01T00:00:00.000Z',
      until,
    });
  });

  test.each([
    ['a blank match', { match: { model: ' ' } }, 'input.match'],
    ['a match of nothing', { match: {} }, 'input.match'],
    ['neither price nor discount', { discount: null }, 'input.price'],
    ['a price that is none', { price: { input_cost_per_token: 'free' } }, 'input.price'],
    ['a price below zero', { price: { input_cost_per_token: -1 } }, 'input.price'],
    ['a discount above one', { discount: '1.01' }, 'input.discount'],
    ['a discount that is no number', { discount: 'half' }, 'input.discount'],
    ['an end before its beginning', { until: '2026-02-01T00:00:00Z' }, 'input.until'],
    ['no name', { name: '' }, 'input.name'],
  ])('with %s is refused and names the field', async (_title, more, field) => {
    const refused = await setRule(rule('refused', { discount: '0.1', ...more }));
    expect(refused).toMatchObject({ __typename: 'InvalidInputError', field });
    expect(refused.message).toMatch(new RegExp(`^${field} `, 'u'));
    const { priceRules } = await server.graphql<{ priceRules: { name: string }[] }>(
      '{ priceRules { name } }',
    );
    expect(priceRules.map(({ name }) => name)).not.toContain('refused');
  });
});

describe('two servers of one database', () => {
  test('know the same prices and rules at once, whichever changed them', async () => {
    // Both have read prices before.
    expect(await cost()).toBeNull();
    expect(await cost(model, {}, other)).toBeNull();
    await importPrices({ [model]: rates('0.001') });
    expect(await cost(model, {}, other)).toBe('1');
    await importPrices({ [model]: rates('0.002') }, other);
    expect(await cost()).toBe('2');
    const name = `everywhere ${model}`;
    await setRule({ name, match: { model }, discount: '0.5', from: '2026-01-01T00:00:00Z' });
    expect(await cost(model, {}, other)).toBe('1');
    await removeRule(name, other);
    expect(await cost()).toBe('2');
    expect(await cost(model, {}, other)).toBe('2');
  });

  test('price the tokens of an exchange alike', async () => {
    await importPrices({ [model]: rates('0.001') }, other);
    const usdOf = async (id: string, at: TestServer) => {
      const body = { id, user_message: 'q', polly_response: 'a', model, tokens_used: { prompt: 7 } };
      await at.post('/webhook/conversation', body);
      return ((await (await at.get(`/api/v1/sessions/${id}/costs`)).json()) as Record<string, unknown>)[
        'total_cost_usd'
      ];
    };
    expect(await usdOf(`here-${models}`, server)).toBe(0.007);
    expect(await usdOf(`there-${models}`, other)).toBe(0.007);
  });
});

test('prices are changed with the scope admin alone, and are those of one project', async () => {
  await using closed = await startServer({ env: { WEBHOOK_API_KEY: 'the-key-of-the-environment' } });
  const lesser = await keyOf(closed, ['ingest', 'read', 'operate']);
  const admin = await keyOf(closed, ['ingest', 'read', 'admin']);
  const theirs = await keyOf(closed, ['ingest', 'read', 'admin'], 'theirs');
  const mutations = [
    `importPrices(input: { prices: { m: { input_cost_per_token: "1" } } })`,
    `setPriceRule(input: { name: "r", match: { model: "m" }, discount: "0", from: "2026-01-01T00:00:00Z" })`,
    `removePriceRule(name: "r")`,
  ].map((it) => `mutation { it: ${it} { __typename } }`);
  for (const mutation of mutations) {
    await expect(closed.graphql(mutation, {}, lesser)).rejects.toThrow(/FORBIDDEN/u);
  }
  for (const mutation of mutations) {
    expect(await closed.graphql(mutation, {}, admin)).toMatchObject({
      it: { __typename: expect.stringMatching(/Payload$/u) as string },
    });
  }
  const query = '{ price(model: "m") { listing } }';
  expect(await closed.graphql(query, {}, lesser)).toEqual({ price: { listing: 'm' } });
  expect(await closed.graphql(query, {}, theirs)).toEqual({ price: null });
});

describe('earshot prices import', () => {
  async function run(...args: string[]): Promise<{ code: unknown; output: string }> {
    const started = runEarshot(['prices', 'import', ...args], { DATABASE_URL: own.url });
    const code = await started.exited;
    return { code, output: started.output() };
  }

  test('imports a list while servers run, and says what came of it', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'prices.json');
    const images = Array.from({ length: 12 }, (_, index) => [`image-${index}`, { output_cost_per_image: 1 }]);
    writeFileSync(file, JSON.stringify({ [model]: rates('0.001'), ...Object.fromEntries(images) }));
    expect(await cost()).toBeNull();
    const first = await run(file);
    expect(first.code).toBe(0);
    const [head, ...left] = first.output.trimEnd().split('\n');
    expect(head).toBe('1 prices read, 1 of them new or changed, 12 entries left out.');
    expect(left).toHaveLength(11);
    expect(left.at(-1)).toBe('  and 2 more');
    expect(await cost()).toBe('1');
    expect((await run(file)).output).toMatch(/^1 prices read, 0 of them new or changed/u);
  });

  test.each([
    ['holds no price', '{"image": {"output_cost_per_image": 1}}', [], /prices\.json holds no price\./u],
    ['is no JSON', '{', [], /prices\.json cannot be read: /u],
    [
      'is for no project',
      '{"m": {"input_cost_per_token": 1}}',
      ['--project', 'nowhere'],
      /no project "nowhere"/u,
    ],
  ])('of a list that %s says so in one line and ends with 1', async (_title, list, more, message) => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'prices.json');
    writeFileSync(file, list);
    const { code, output } = await run(file, ...more);
    expect(code).toBe(1);
    expect(output).toMatch(/^earshot: [^\n]+\n$/u);
    expect(output).toMatch(message);
  });
});
