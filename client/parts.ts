type Bring = (name: string, attempt: number) => Promise<unknown>;

const asked = new Map<string, Promise<unknown>>();
const attempts = new Map<string, number>();
let bring: Bring = () => Promise.reject(new Error('Nobody has said where parts come from.'));

/** The script that runs knows where its other files are; a test has them at hand. */
export function partsComeFrom(way: Bring): void {
  bring = way;
  asked.clear();
}

/** Brings what is too large and too rarely needed to be in the first script. A failure is not remembered. */
export function loadPart<Part>(name: string): Promise<Part> {
  let part = asked.get(name);
  if (!part) {
    const attempt = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, attempt);
    part = bring(name, attempt);
    asked.set(name, part);
    part.catch(() => asked.delete(name));
  }
  return part as Promise<Part>;
}
