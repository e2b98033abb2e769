const DURATION = 160;

/** Beyond this many moves at once, motion explains nothing any more. */
const MOST = 40;

/**
 * Remembers where elements are now. The returned function, called after they were put in a new order, lets each
 * slide from its old place to the new one. Does nothing for a person who asked for less motion.
 */
export function slideMoved(elements: readonly HTMLElement[]): () => void {
  if (elements.length > 200 || matchMedia('(prefers-reduced-motion: reduce)').matches) return () => undefined;
  const before = new Map(elements.map((element) => [element, element.offsetTop]));
  return () => {
    const moved = [...before]
      .filter(([element]) => element.isConnected)
      .map(([element, top]) => ({ element, by: top - element.offsetTop }))
      .filter(({ by }) => by !== 0);
    if (moved.length > MOST) return;
    for (const { element, by } of moved) {
      element.animate([{ transform: `translateY(${by}px)` }, { transform: 'none' }], {
        duration: DURATION,
        easing: 'ease-out',
      });
    }
  };
}
