import { describe, expect, it } from 'vitest';
import { type FeedFrame, FrameStream } from '../../../client/controllers/frames.ts';
import { aConversation, aFrame, logged } from '../support/factories.ts';
import { drawn } from '../support/mount.ts';

const frame = (seq: number) => aFrame([logged(seq, aConversation())]);

describe('the frame stream', () => {
  it('hands over a burst once per drawn frame, complete and in order', async () => {
    const stream = new FrameStream();
    const heard: (readonly FeedFrame[])[] = [];
    stream.listen((frames) => heard.push(frames));
    for (let seq = 1; seq <= 50; seq++) stream.push(frame(seq));
    expect(heard).toHaveLength(0);
    await drawn();
    expect(heard).toHaveLength(1);
    expect(heard[0]?.map(({ cursor }) => cursor)).toEqual(
      Array.from({ length: 50 }, (_, i) => `epoch:${i + 1}`),
    );
  });

  it('hands over at once when asked, and not a second time', async () => {
    const stream = new FrameStream();
    let calls = 0;
    stream.listen(() => calls++);
    stream.push(frame(1));
    stream.flush();
    await drawn();
    expect(calls).toBe(1);
  });

  it('tells a listener nothing after it left', () => {
    const stream = new FrameStream();
    let calls = 0;
    const leave = stream.listen(() => calls++);
    leave();
    stream.push(frame(1));
    stream.flush();
    expect(calls).toBe(0);
  });
});
