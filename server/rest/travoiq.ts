import { InvalidInputError, NotFoundError } from '../domain/errors.ts';
import type { Segment } from '../domain/segment.ts';
import { externalId } from '../domain/value.ts';
import { openTranscript, type TranscriptFrame } from '../live/transcript.ts';
import { mannerOf, type Call, type Reply, type Route, type SocketRoute } from '../route.ts';
import { findCall, findLatestCall, type FoundCall } from '../store/call.ts';
import type { PrismaClient } from '../store/database.ts';
import { readSegments } from '../store/segment.ts';
import { createStreamSocket } from './socket.ts';

/** TravoIQ says what is wrong in `detail`. */
const travoiqManner = mannerOf((detail) => ({ detail }));

/** The doors of TravoIQ's dashboard. */
export function travoiqRoutes(prisma: PrismaClient): Route[] {
  const shared = { method: 'GET', scope: 'read', manner: travoiqManner } as const;
  return [
    {
      ...shared,
      path: '/latest-call',
      async handle({ caller }): Promise<Reply> {
        const found = await findLatestCall(prisma, caller.projectId);
        if (found === null) throw new NotFoundError('No calls found');
        return { status: 200, body: showCall(found) };
      },
    },
    {
      ...shared,
      path: '/details/:call_id',
      async handle({ caller, params }): Promise<Reply> {
        const found = await findCall(prisma, caller.projectId, parseCallId(params));
        if (found === null) throw new NotFoundError('Call not found');
        const segments: object[] = [];
        const finals = { isFinal: true };
        for await (const page of readSegments(prisma, caller.projectId, found.conversation.id, finals)) {
          segments.push(...page.map(showSegment));
        }
        return { status: 200, body: { ...showCall(found), segments } };
      },
    },
  ];
}

/** `WS /ws/{call_id}`: every final segment so far, then each as it becomes final. */
export function travoiqSocket(services: Parameters<typeof openTranscript>[0]): SocketRoute {
  return {
    path: '/ws/:call_id',
    scope: 'read',
    manner: travoiqManner,
    ...createStreamSocket(
      (projectId, params) =>
        openTranscript(services, { projectId, callId: parseCallId(params), isFinal: true }),
      ({ segments }: TranscriptFrame) =>
        segments.map(({ speaker, text }) => ({ speaker: nameOf(speaker), text })),
    ),
  };
}

function parseCallId({ call_id: id }: Call['params']): string {
  const parsed = externalId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError('call_id', `call_id ${parsed.error.issues[0]!.message}.`);
}

const showCall = ({ conversation, call }: FoundCall): object => ({
  contactId: conversation.externalId,
  customerPhoneNumber: call.customerPhoneNumber,
  callTimestamp: call.startedAt,
  status: conversation.status === 'ACTIVE' ? 'active' : 'closed',
});

const nameOf = (speaker: Segment['speaker']): string => (speaker === 'CUSTOMER' ? 'Customer' : 'Agent');

/** Offsets are in seconds here. */
const showSegment = ({ speaker, text, startMs, endMs, externalId: segmentId }: Segment): object => ({
  speaker: nameOf(speaker),
  text,
  start: startMs / 1000,
  end: endMs / 1000,
  segmentId,
});
