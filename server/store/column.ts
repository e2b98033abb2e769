/** The name of the column that holds a property. */
export const columnOf = (property: string): string =>
  property.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
