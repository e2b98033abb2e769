import type { LogSegment } from '../../server/domain/command.ts';
import type { TestServer } from './server.ts';

/** A segment of the call `c1`, final unless it says otherwise. */
export const aSegment = (more: Partial<LogSegment> = {}): LogSegment => ({
  kind: 'logSegment',
  conversationId: 'c1',
  segmentId: 's1',
  speaker: 'CUSTOMER',
  text: 'hello there',
  startMs: 0,
  endMs: 1000,
  isPartial: false,
  sentiment: null,
  at: null,
  metadata: {},
  ...more,
});

/** Runs a mutation about calls; gives what it answers, refusals too. */
export async function telephone(
  server: TestServer,
  mutation: 'startCall' | 'logTranscriptSegment' | 'logTranscriptSegments' | 'endCall' | 'categorizeCall',
  input: object,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const shown = '... on InvalidInputError { field message }';
  const missing = mutation === 'endCall' ? '... on NotFoundError { message }' : '';
  const query = `mutation ($input: ${type}!) { it: ${mutation}(input: $input) { __typename ${shown} ${missing} } }`;
  return (await server.graphql<{ it: Record<string, unknown> }>(query, { input }, headers)).it;
}

/** Says something in a call, from one second to the next. */
export const say = (
  server: TestServer,
  callId: string,
  segmentId: string,
  text: string,
  more: object = {},
): Promise<Record<string, unknown>> =>
  telephone(server, 'logTranscriptSegment', {
    callId,
    segmentId,
    speaker: 'CUSTOMER',
    text,
    startMs: 0,
    endMs: 1000,
    ...more,
  });
