declare global {
  /** Each element adds the events that it fires, with their details. */
  interface EarshotEvents {}
}

/** An element asks, its owner decides: the event crosses shadow roots and is fired only on the person's input. */
export function fire<Type extends keyof EarshotEvents>(
  from: EventTarget,
  type: Type,
  ...[detail]: EarshotEvents[Type] extends null ? [] : [EarshotEvents[Type]]
): void {
  from.dispatchEvent(new CustomEvent(type, { detail: detail ?? null, bubbles: true, composed: true }));
}
