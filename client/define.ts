export type Elements = Readonly<Record<string, CustomElementConstructor>>;

/** Registers elements that are not registered yet. A second call changes nothing. */
export function define(elements: Elements): void {
  for (const [tag, element] of Object.entries(elements)) {
    if (!customElements.get(tag)) customElements.define(tag, element);
  }
}
