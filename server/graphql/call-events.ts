import type { FoundCall } from '../store/call.ts';
import { builder } from './builder.ts';
import { CallRef } from './call.ts';
import { EventRef, type Of } from './feed.ts';
import { SegmentRef } from './segment.ts';

const callIn = ({ event: { conversation, call } }: Of<'CallStarted'> | Of<'CallChanged'>): FoundCall => ({
  conversation,
  call,
});

builder.objectType(builder.objectRef<Of<'CallStarted'>>('CallStarted'), {
  description: 'A call began.',
  interfaces: [EventRef],
  fields: (t) => ({ call: t.field({ type: CallRef, description: 'The call.', resolve: callIn }) }),
});
builder.objectType(builder.objectRef<Of<'CallChanged'>>('CallChanged'), {
  description: 'More became known of a call: its numbers, its agent, its start, or what it is about.',
  interfaces: [EventRef],
  fields: (t) => ({ call: t.field({ type: CallRef, description: 'The call.', resolve: callIn }) }),
});
builder.objectType(builder.objectRef<Of<'SegmentLogged'>>('SegmentLogged'), {
  description: 'A segment of a call became final, or a final one was corrected.',
  interfaces: [EventRef],
  fields: (t) => ({
    segment: t.field({
      type: SegmentRef,
      description: 'The segment.',
      resolve: ({ event }) => event.segment,
    }),
  }),
});
