import { describe, expect, test } from 'vitest';
import { createGuard, ForbiddenAddressError, type Address } from '../../server/watch/address.ts';
import { aWebhook, deliveriesOf, openReceiver, perform, say, startTeller, tryWebhook } from './receiver.ts';

const guard = createGuard(false);
const leadsTo = (url: string, at = guard): Promise<Address[]> => at.addressesOf(new URL(url));
/** A guard for whom every name leads to these addresses. */
const named = (...addresses: string[]) =>
  createGuard(false, () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))),
  );

describe('addresses that are not public are refused', () => {
  test.each([
    'https://127.0.0.1/',
    'https://127.8.9.1:8443/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://0.0.0.0/',
    'https://0/',
    'https://10.1.2.3/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://[::127.0.0.1]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[ff02::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:db8::1]/',
    'https://[2001::1]/',
    'https://localhost/',
  ])('%s', async (url) => {
    await expect(leadsTo(url)).rejects.toThrow(ForbiddenAddressError);
  });

  test('a name of which one address is not public', async () => {
    await expect(leadsTo('https://hooks.example/', named('93.184.216.34', '10.0.0.1'))).rejects.toThrow(
      'not public',
    );
    await expect(leadsTo('https://hooks.example/', named())).rejects.toThrow('no address');
  });
});

test('public addresses are given as they were checked', async () => {
  const pair = [
    { address: '93.184.216.34', family: 4 },
    { address: '2606:2800:220:1::1', family: 6 },
  ];
  const at = named('93.184.216.34', '2606:2800:220:1::1');
  expect(await leadsTo('https://hooks.example:8443/', at)).toEqual(pair);
  expect(await leadsTo('https://8.8.8.8/')).toEqual([{ address: '8.8.8.8', family: 4 }]);
});

test.each([
  ['ftp://hooks.example/', 'https'],
  ['hooks.example', 'https'],
  ['http://hooks.example/', 'https://'],
  ['https://user:secret@hooks.example/', 'no user'],
  ['https://hooks.example/#part', 'no fragment'],
])('%s has a form that is refused', (url, reason) => {
  expect(guard.faultOf(url)).toContain(reason);
});

test('where private addresses are allowed, plain http stays on this machine', async () => {
  const open = createGuard(true, () => Promise.resolve([{ address: '10.0.0.7', family: 4 }]));
  expect(open.faultOf('http://inner.example/')).toBe(null);
  await expect(leadsTo('http://inner.example/', open)).rejects.toThrow('away from this machine');
  expect(await leadsTo('https://inner.example/', open)).toEqual([{ address: '10.0.0.7', family: 4 }]);
  expect(await leadsTo('http://[::1]:3000/', open)).toEqual([{ address: '::1', family: 6 }]);
});

test('a webhook of a wrong form, or that leads to this machine, is not set up', async () => {
  await using server = await startTeller({ env: { WEBHOOK_ALLOW_PRIVATE: 'off' } });
  const kinds = ['message.logged'];
  for (const url of ['https://127.0.0.1/', 'https://localhost/x', 'http://127.0.0.1:3000/', 'nonsense']) {
    expect(await tryWebhook(server, { url, kinds })).toMatchObject({
      __typename: 'InvalidInputError',
      field: 'input.url',
    });
  }
  const url = 'https://8.8.8.8/';
  expect(await tryWebhook(server, { url, kinds: ['message.read'] })).toMatchObject({
    field: 'input.kinds.0',
    message: expect.stringContaining('must be one of handoff.changed'),
  });
  expect(await tryWebhook(server, { url, kinds: [] })).toMatchObject({ field: 'input.kinds' });
  const { id } = await aWebhook(server, url);
  expect(await perform(server, 'updateWebhook', { id, url: 'https://10.0.0.1/' })).toMatchObject({
    __typename: 'InvalidInputError',
  });
});

test('a name is checked at each attempt, and what was checked is what is connected to', async () => {
  await using receiver = await openReceiver(200);
  const { port } = new URL(receiver.url);
  let address = '93.184.216.34';
  let family = 4;
  const asked: string[] = [];
  const resolve = (name: string): Promise<Address[]> => {
    asked.push(name);
    return Promise.resolve([{ address, family }]);
  };
  await using server = await startTeller({ env: { WEBHOOK_ALLOW_PRIVATE: 'off' }, resolve });
  const { id } = await aWebhook(server, `https://hooks.example:${port}/`);
  [address, family] = ['::ffff:127.0.0.1', 6];
  await say(server, 'hello');
  await expect
    .poll(async () => (await deliveriesOf(server, id))!.deliveries.nodes[0])
    .toMatchObject({
      state: 'PENDING',
      lastError: 'it leads to an address that is not public, and WEBHOOK_ALLOW_PRIVATE is off',
    });
  expect(asked).toEqual(['hooks.example', 'hooks.example']);
  expect(receiver.ids).toEqual([]);

  // The system knows no such name: only the address that was checked can have led there.
  [address, family] = ['127.0.0.1', 4];
  await using open = await startTeller({ resolve });
  await aWebhook(open, `http://hooks.example:${port}/`);
  await say(open, 'hello');
  expect((await receiver.next()).headers.host).toBe(`hooks.example:${port}`);
});
