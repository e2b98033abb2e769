/** What was told to this tab before. A page that may not use storage remembers nothing. */
type Told = 'key' | 'operator' | 'shortcuts';

export function remembered(what: Told): string | null {
  try {
    return sessionStorage.getItem(`earshot-${what}`);
  } catch {
    return null;
  }
}

export function remember(what: Told, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(`earshot-${what}`);
    else sessionStorage.setItem(`earshot-${what}`, value);
  } catch {
    // It then lives as long as the page.
  }
}
