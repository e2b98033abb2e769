import { drawn, settled } from './mount.ts';

/** The first element that matches, in an element's shadow or in any below it. */
export function find(root: Element | null | undefined, selector: string): HTMLElement | null {
  return findAll(root, selector)[0] ?? null;
}

export function findAll(root: Element | null | undefined, selector: string): HTMLElement[] {
  const here = root?.shadowRoot;
  if (!here) return [];
  const deeper = [...here.querySelectorAll('*')].flatMap((element) => findAll(element, selector));
  return [...here.querySelectorAll<HTMLElement>(selector), ...deeper];
}

/** Waits until answers have come and all is drawn. */
export async function idle(page: Element): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await drawn();
    await settled(page);
  }
}
