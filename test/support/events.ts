import { Queue } from './queue.ts';

/** One server-sent event as it came. */
export type StreamEvent = { id: string; data: Record<string, unknown> };

export type Stream = AsyncDisposable & {
  readonly response: Response;
  next(): Promise<StreamEvent>;
  /** Events that nobody asked for yet. */
  readonly waiting: number;
  /** Comment lines so far. */
  readonly comments: number;
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;
};

/** Opens a stream of server-sent events; what comes waits until it is asked for. */
export async function openStream(url: string, headers: Record<string, string> = {}): Promise<Stream> {
  const controller = new AbortController();
  const response = await fetch(url, { headers, signal: controller.signal });
  const events = new Queue<StreamEvent>();
  let comments = 0;
  const take = (block: string): void => {
    const lines = block.split('\n');
    const field = (name: string): string | undefined =>
      lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    comments += lines.filter((line) => line.startsWith(':')).length;
    // Unnamed events are what `onmessage` of a browser hears.
    if (lines.some((line) => line.startsWith('event:'))) throw new Error(`a named event: ${block}`);
    const data = field('data');
    if (data !== undefined) events.push({ id: field('id') ?? '', data: JSON.parse(data) as never });
  };
  const ended = read(response, take)
    .catch(() => undefined)
    .then(() => events.end(new Error('the stream ended')));
  return {
    response,
    ended,
    next: () => events.next(),
    get waiting() {
      return events.waiting;
    },
    get comments() {
      return comments;
    },
    async [Symbol.asyncDispose]() {
      controller.abort();
      await ended;
    },
  };
}

async function read(response: Response, take: (block: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    blocks.forEach(take);
  }
}
