const NAME = 'earshot-key';

/** A key that was typed into this tab before. A page that may not use storage remembers nothing. */
export function rememberedKey(): string | null {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}

export function rememberKey(key: string | null): void {
  try {
    if (key === null) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, key);
  } catch {
    // The key then lives as long as the page.
  }
}
