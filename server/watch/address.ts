import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** An address that a name leads to. */
export type Address = { address: string; family: number };
/** Finds every address of a name. */
export type Resolve = (name: string) => Promise<Address[]>;

/** A webhook leads where it must not. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}

/** What decides where webhooks may lead. */
export type Guard = {
  /** What is wrong with the form of a URL; null when nothing is. */
  faultOf(url: string): string | null;
  /**
   * The addresses of the host of a URL, each of which may be connected to; connect to these and to no others, for a
   * name may lead elsewhere a moment later. Throws a ForbiddenAddressError when one of them may not.
   */
  addressesOf(url: URL): Promise<Address[]>;
};

const resolveAll: Resolve = (name) => lookup(name, { all: true });

/** Addresses that are not of the public internet, by IANA's registries of special purposes. */
const notPublic = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublic.addSubnet(net, prefix, 'ipv6');
}
/** All that is public of IPv6; what translates or embeds addresses of IPv4 lies outside, or is listed above. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isPublic(address: string): boolean {
  if (!isIPv6(address)) return !notPublic.check(address, 'ipv4');
  return globalUnicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}

const isLoopback = (address: string): boolean => loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

/** The host of a URL as it is looked up; the parser has written numbers of every form as plain addresses. */
const hostOf = ({ hostname }: URL): string => hostname.replaceAll(/^\[|\]$/gu, '');

/** With `allowsPrivate` every address will do, and plain http where it stays on this machine. */
export function createGuard(allowsPrivate: boolean, resolve: Resolve = resolveAll): Guard {
  return {
    faultOf(given) {
      const url = URL.canParse(given) ? new URL(given) : null;
      if (url === null || !/^https?:$/u.test(url.protocol)) return 'must be a https address';
      if (url.username !== '' || url.password !== '') return 'must hold no user and no password';
      if (url.hash !== '') return 'must hold no fragment';
      if (url.protocol === 'http:' && !allowsPrivate) return 'must begin with https://';
      return null;
    },
    async addressesOf(url) {
      const host = hostOf(url);
      const family = isIP(host);
      const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
      for (const { address } of addresses) {
        if (!allowsPrivate && !isPublic(address)) {
          throw new ForbiddenAddressError(
            'it leads to an address that is not public, and WEBHOOK_ALLOW_PRIVATE is off',
          );
        }
        if (url.protocol === 'http:' && !isLoopback(address)) {
          throw new ForbiddenAddressError('it is http and leads away from this machine');
        }
      }
      if (addresses.length === 0) throw new ForbiddenAddressError('it leads to no address');
      return addresses;
    },
  };
}
