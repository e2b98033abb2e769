import { SlowViewerError, type Feed, type Frames, type Viewer } from './feed.ts';

/** A viewer of a state is told of it at most so often, in ms. */
const PAUSE = 200;

/**
 * Yields at once, and again after events that the viewer wants: whoever follows a state reads it anew each time,
 * so that what happens in between costs nothing and the last one wins.
 */
export function followState(feed: Feed, viewer: Viewer): AsyncIterableIterator<true> {
  let frames = feed(viewer);
  let isEnded = false;
  const changes = follow();
  return {
    next: () => changes.next(),
    return() {
      isEnded = true;
      void frames.return?.();
      return changes.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };

  async function* follow(): AsyncGenerator<true, undefined, undefined> {
    while (!isEnded) {
      try {
        yield* changesIn(frames);
        return undefined;
      } catch (error) {
        // Events that were missed meanwhile do not matter: the state is read anew.
        if (!(error instanceof SlowViewerError)) throw error;
        frames = feed(viewer);
      }
    }
    return undefined;
  }
}

async function* changesIn(frames: Frames): AsyncGenerator<true, void, undefined> {
  for await (const _ of frames) {
    yield true;
    await new Promise((resolve) => setTimeout(resolve, PAUSE).unref());
  }
}
