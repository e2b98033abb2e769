import type { speakers } from '../domain/call.ts';
import type { Match } from '../domain/call-category.ts';
import type { Segment } from '../domain/segment.ts';
import { builder } from './builder.ts';

export const SpeakerEnum = builder.enumType('Speaker', {
  description: 'Who speaks in a call.',
  values: {
    CUSTOMER: { description: 'The person who calls, or is called.' },
    AGENT: { description: 'Who speaks for us.' },
  } satisfies Record<(typeof speakers)[number], object>,
});

const MatchRef = builder.objectRef<Match>('CategoryMatch').implement({
  description: 'Where the words of a segment fit a category of the project.',
  fields: (t) => ({
    category: t.exposeString('category', { description: 'Its name.' }),
    start: t.exposeInt('start', { description: 'The first character, in UTF-16 units from 0 on.' }),
    end: t.exposeInt('end', { description: 'Behind the last character.' }),
  }),
});

export const SegmentRef = builder.objectRef<Segment>('Segment').implement({
  description: 'One piece of the transcript of a call. One of an id that was seen before takes its place.',
  fields: (t) => ({
    segmentId: t.exposeString('externalId', { description: "The caller's own id; a call has it once." }),
    arrival: t.exposeInt('id', {
      description: 'Grows in the order in which segments arrived first; orders those that start together.',
    }),
    speaker: t.expose('speaker', { type: SpeakerEnum, description: 'Whose words these are.' }),
    text: t.exposeString('text', { description: 'The words.' }),
    startMs: t.exposeFloat('startMs', {
      description: 'Where it begins, in ms since the call began; transcripts are ordered by it.',
    }),
    endMs: t.exposeFloat('endMs', { description: 'Where it ends, in ms since the call began.' }),
    isPartial: t.exposeBoolean('isPartial', { description: 'Whether it may still change.' }),
    sentiment: t.exposeFloat('sentiment', {
      nullable: true,
      description: 'How it sounds, from −1 to 1: as stated, else by its words; null for partials without it.',
    }),
    at: t.field({
      type: 'DateTime',
      description: 'When it was said, as stated, else its arrival.',
      resolve: ({ at }) => new Date(at),
    }),
    matches: t.expose('matches', {
      type: [MatchRef],
      description: 'Where it fits categories of the project; none while it is partial.',
    }),
    metadata: t.expose('metadata', { type: 'JSONObject', description: 'Whatever else the caller sent.' }),
  }),
});
