/** A position in a project's log: events up to `seq` of the log `epoch` have been seen. */
export type Cursor = { epoch: string; seq: number };

/** The wire form; opaque to callers. */
export const formatCursor = ({ epoch, seq }: Cursor): string => `${epoch}:${seq}`;

/** Null when the text is no cursor. */
export function parseCursor(text: string): Cursor | null {
  const parts = /^([A-Za-z0-9_-]{1,64}):(\d{1,15})$/u.exec(text);
  return parts === null ? null : { epoch: parts[1]!, seq: Number(parts[2]) };
}
