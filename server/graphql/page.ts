import { badInput } from './errors.ts';

/** Arguments of a relay connection. */
export type PageArguments = {
  first?: number | null | undefined;
  last?: number | null | undefined;
  after?: string | null | undefined;
  before?: string | null | undefined;
};

/** Refuses page sizes out of range, and both directions at once; nothing is mended silently. */
export function checkPage({ first, last }: PageArguments, most: number): void {
  if (first != null && last != null) throw badInput('Give first or last, not both.');
  for (const [name, size] of Object.entries({ first, last })) {
    if (size != null && (size < 1 || size > most))
      throw badInput(`${name} must be from 1 to ${most}; it is ${size}.`);
  }
}

/** A number as an opaque page cursor. */
export const toPageCursor = (value: number): string => Buffer.from(`p:${value}`).toString('base64url');

/** The number in a page cursor; undefined where there is none. Throws when the text is no cursor. */
export function fromPageCursor(cursor: string | null | undefined): number | undefined {
  if (cursor == null) return undefined;
  const value = /^p:(\d{1,15})$/u.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (value === undefined) throw badInput(`"${cursor}" is not a cursor of this list.`);
  return Number(value);
}
