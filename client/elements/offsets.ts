/** Where in a call, or how long it is: "0:07", "12:34", "1:02:03". */
export function offset(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** How long a call takes, or took. One that began in the future takes no time yet. */
export function lengthOf(
  call: { readonly startedAt: string; readonly endedAt: string | null; readonly durationMs: number | null },
  now: number,
): number {
  return call.durationMs ?? (call.endedAt === null ? Math.max(0, now - Date.parse(call.startedAt)) : 0);
}
