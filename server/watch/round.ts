/** Goes round again and again, one round at a time; disposing it waits for the one that runs. */
export function goRound(
  {
    every,
    warn,
  }: { every: (ms: number, callback: () => void) => () => void; warn: (about: object, what: string) => void },
  { ms, title, round }: { ms: number; title: string; round: (stopping: AbortSignal) => Promise<void> },
): AsyncDisposable {
  const stop = new AbortController();
  let running: Promise<void> | null = null;
  const begin = (): void => {
    if (running !== null || stop.signal.aborted) return;
    running = round(stop.signal)
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.name : 'unknown';
        if (!stop.signal.aborted) warn({ reason }, `${title} could not finish its round; it goes again`);
      })
      .finally(() => {
        running = null;
      });
  };
  const stopLooking = every(ms, begin);
  begin();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      stopLooking();
      await running;
    },
  };
}
