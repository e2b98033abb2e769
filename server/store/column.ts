const known = new Map<string, string>();

/** The name of the column that holds a property. */
export function columnOf(property: string): string {
  const column = known.get(property);
  if (column !== undefined) return column;
  const made = property.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
  known.set(property, made);
  return made;
}

/** A row with its properties under the names of their columns. */
export const columnsOf = (row: object): object =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [columnOf(name), value]));
