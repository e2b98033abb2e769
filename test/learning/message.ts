/**
 * A message of a chat with what it teaches about the one who wrote it. `+key` and `-key` are a thing that is so or
 * not; `key=object` fills a slot, `!key=object` says that it is no longer so; `~` before either puts it in the past.
 */
export type Labelled = { text: string; teaches: string[] };

/** Messages that teach nothing. */
export const idle = (...texts: string[]): Labelled[] => texts.map((text) => ({ text, teaches: [] }));

/** Messages by what they say, the lessons one after the other. */
export const telling = (lessons: Record<string, string>): Labelled[] =>
  Object.entries(lessons).map(([text, taught]) => ({ text, teaches: taught.split(', ') }));
