/** Whether a host name means this machine. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/gu, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    /^127(?:\.\d{1,3}){3}$/u.test(name)
  );
}

/** Whether a `Host` header names this machine; without that check a page could reach an open server by DNS rebinding. */
export function isLocalHostHeader(host: string | undefined): boolean {
  return (
    host !== undefined && URL.canParse(`http://${host}`) && isLoopbackHost(new URL(`http://${host}`).hostname)
  );
}

/** Whether an `Origin` is a page of this machine, on any port. */
export function isLocalOrigin(origin: string): boolean {
  return /^https?:/u.test(origin) && URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname);
}
