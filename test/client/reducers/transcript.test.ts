import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  framesArrived,
  latestLoaded,
  noTranscript,
  olderLoaded,
  spokenRows,
  type Segment,
} from '../../../client/reducers/transcript.ts';
import { aFrameOf, aPageOf, aSegment, segments } from '../support/calls.ts';

const idsOf = ({ segments: all }: { segments: readonly Segment[] }) => all.map(({ segmentId }) => segmentId);
const wordsOf = ({ segments: all }: { segments: readonly Segment[] }) => all.map(({ text }) => text);

describe('a transcript', () => {
  it('puts a final where its partial was', () => {
    const partial = aSegment(2, { isPartial: true, text: 'Wor' });
    const heard = framesArrived(noTranscript, [aFrameOf([aSegment(1), partial, aSegment(3)])]);
    const settled = framesArrived(heard, [aFrameOf([aSegment(2)])]);
    expect(wordsOf(settled)).toEqual(['Words 1', 'Words 2', 'Words 3']);
    expect(settled.segments[1]?.isPartial).toBe(false);
  });

  it('orders what starts together by its arrival, whatever came to the viewer first', () => {
    const [first, second] = [aSegment(1, { startMs: 500 }), aSegment(2, { startMs: 500 })];
    expect(idsOf(framesArrived(noTranscript, [aFrameOf([second]), aFrameOf([first])]))).toEqual([
      'segment-1',
      'segment-2',
    ]);
  });

  it('leaves words from before what is loaded to their page', () => {
    const all = segments(1, 300);
    const latest = latestLoaded(aPageOf(all));
    const corrected = framesArrived(latest, [
      aFrameOf([aSegment(5, { text: 'Corrected' }), aSegment(150, { text: 'Corrected too' })]),
    ]);
    expect(corrected.segments).toHaveLength(200);
    expect(corrected.segments.find(({ segmentId }) => segmentId === 'segment-150')?.text).toBe(
      'Corrected too',
    );
  });

  it('keeps what was heard since an older page was read', () => {
    const all = segments(1, 300);
    const latest = latestLoaded(aPageOf(all));
    const heard = framesArrived(latest, [aFrameOf([aSegment(102, { text: 'Corrected' })])]);
    const stale = [...all.slice(0, 100), aSegment(102)];
    const whole = olderLoaded(heard, aPageOf(stale));
    expect(whole.segments).toHaveLength(300);
    expect(whole.segments[101]?.text).toBe('Corrected');
    expect(whole.hasOlder).toBe(false);
  });

  it('is the same however what was said is cut into frames, and whenever older words are asked for', () => {
    const change = fc.record({
      number: fc.integer({ min: 1, max: 40 }),
      startMs: fc.integer({ min: 0, max: 20 }).map((second) => second * 1_000),
      isPartial: fc.boolean(),
      text: fc.string({ minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 80 }),
        fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 80 }),
        fc.nat(80),
        (changes, sizes, askedAt) => {
          // A segment keeps its start here: one that moves from loaded words to earlier ones stays where it is known.
          const starts = new Map(changes.map(({ number, startMs }) => [number, startMs]));
          const said = changes.map(({ number, ...facts }) =>
            aSegment(number, { ...facts, startMs: starts.get(number)! }),
          );
          const table = (until: number): Segment[] => [
            ...framesArrived(noTranscript, [aFrameOf(said.slice(0, until))]).segments,
          ];
          const opened = Math.min(askedAt, said.length);
          const before = table(opened);
          const from = Math.max(0, before.length - 5);
          let transcript = latestLoaded({
            nodes: before.slice(from),
            pageInfo: { startCursor: String(from), hasPreviousPage: from > 0 },
          });
          let at = opened;
          for (const size of sizes) {
            transcript = framesArrived(transcript, [aFrameOf(said.slice(at, at + size))]);
            at = Math.min(said.length, at + size);
          }
          transcript = framesArrived(transcript, [aFrameOf(said.slice(at))]);
          const first = before[from];
          const older = first
            ? table(said.length).filter(({ segmentId }) => segmentId !== first.segmentId)
            : [];
          transcript = olderLoaded(transcript, {
            nodes: older,
            pageInfo: { startCursor: null, hasPreviousPage: false },
          });
          expect(transcript.segments).toEqual(table(said.length));
        },
      ),
    );
  });
});

describe('rows of a transcript', () => {
  it('tell of silences and of who talks over whom', () => {
    const rows = spokenRows([
      aSegment(1, { startMs: 0, endMs: 3_000 }),
      aSegment(2, { startMs: 2_500, endMs: 4_000 }),
      aSegment(4, { startMs: 4_100, endMs: 5_000 }),
      aSegment(3, { startMs: 9_000, endMs: 10_000 }),
    ]);
    expect(rows.map(({ interrupts }) => interrupts)).toEqual([false, true, false, false]);
    expect(rows.map(({ silenceMs }) => silenceMs)).toEqual([0, 0, 0, 4_000]);
  });

  it('are the same for the same words', () => {
    const all = segments(1, 3);
    expect(spokenRows(all)).toBe(spokenRows(all));
  });
});
