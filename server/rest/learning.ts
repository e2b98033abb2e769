import { z } from 'zod';
import type { Limiter, Policy } from '../auth/limits.ts';
import type { Answer, LogMessage } from '../domain/command.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { categories, confidences, confidenceOf, type Fact } from '../domain/fact.ts';
import { suggestionsOf } from '../domain/insight.ts';
import {
  countLearned,
  interactionCommand,
  interactionCommands,
  interactionMetadata,
  spoken,
  type Interaction,
} from '../domain/interaction.ts';
import type { Message } from '../domain/message.ts';
import { averageSentiment, mostActiveHour } from '../domain/profile.ts';
import { externalId, parseMoment, text, type JsonObject } from '../domain/value.ts';
import type { Journal } from '../journal/write.ts';
import { mannerOf, type Call, type Reply, type Route } from '../route.ts';
import type { PrismaClient } from '../store/database.ts';
import { findEndUser } from '../store/end-user.ts';
import { readInsights } from '../store/insights.ts';
import { parseBody } from './body.ts';
import { parseLimit } from './query.ts';
import { answered } from './answered.ts';

/** The learning system says what is wrong in `error`. */
export const learningManner = mannerOf((error) => ({ error }));

const BULK = 1000;
const BULK_BYTES = 8 * 1024 * 1024;

const moment = text.refine(
  (value) => parseMoment(value) !== null,
  'must be an ISO 8601 date, for example 2025-01-01T12:00:00Z',
);
const interaction = z.object({
  message: spoken,
  response: text.nullish(),
  session_id: externalId.nullish(),
  metadata: interactionMetadata.nullish(),
  timestamp: moment.nullish(),
});
const single = interaction.omit({ timestamp: true }).extend({ user_id: externalId });
const bulk = z.object({ user_id: externalId, interactions: z.array(z.unknown(), 'must be a list') });

type Dependencies = { journal: Journal; prisma: PrismaClient; limiter: Limiter; now: () => number };

/** The doors of the learning system that are not streams. */
export function learningRoutes({ journal, prisma, limiter, now }: Dependencies): Route[] {
  const post = (
    path: string,
    policy: Policy,
    answer: (call: Call, body: JsonObject) => Promise<Reply>,
  ): Route => ({
    method: 'POST',
    path,
    scope: 'ingest',
    manner: learningManner,
    count: countRefused(limiter, policy),
    handle(call) {
      const parsed = tryToParse(call.raw);
      return limited(limiter, policy, call, userIn(parsed), () => {
        if ('refusal' in parsed) throw parsed.refusal;
        return answer(call, parsed.body);
      });
    },
  });

  const message = post('/webhook/chat/message', 'messages', async ({ raw, caller, receipt }, body) => {
    const { user_id: userId, ...said } = parse(single, body);
    const command = interactionCommand(userId, toInteraction(said, extraOf(body, single)), now());
    const { answers, isReplay } = await journal.write(caller.projectId, [command], {
      bytes: raw.length,
      ...(receipt && { receipt }),
    });
    return answered(isReplay, 200, {
      success: true,
      user_id: answers[0]!.conversation!.endUser!.id,
      interaction_id: askedIn(answers[0]!).id,
      learned_facts_count: countLearned(answers.flatMap(({ facts }) => facts)),
      message: 'Interaction logged and processed',
    });
  });

  const upload = post('/webhook/chat/bulk', 'bulk', async ({ raw, caller, receipt }, body) => {
    const commands = parseBulk(body, now());
    const { answers, isReplay, tookMs } = await journal.write(caller.projectId, commands, {
      bytes: raw.length,
      ...(receipt && { receipt }),
    });
    return answered(isReplay, 200, {
      success: true,
      user_id: answers[0]!.conversation!.endUser!.id,
      interactions_created: answers.length,
      facts_learned: countLearned(answers.flatMap(({ facts }) => facts)),
      processing_time_ms: tookMs,
    });
  });

  async function showInsights(call: Call): Promise<Reply> {
    const username = pathUser(call);
    const limit = parseLimit(call.query, 10, 100);
    const filter = { categories: parseCategories(call.query), minConfidence: parseConfidence(call.query) };
    const { projectId } = call.caller;
    const endUser = await findEndUser(prisma, projectId, { externalId: username });
    if (endUser === null) return { status: 404, body: { error: `User ${username} not found` } };
    const { facts, all, recent, profile } = await readInsights(prisma, projectId, endUser.id, {
      ...filter,
      limit,
    });
    return {
      status: 200,
      body: {
        user_id: endUser.id,
        username,
        facts: facts.map((fact) => ({ ...showFact(fact), last_updated: showMoment(fact.lastSaidAt) })),
        recent_interactions: recent.map(showInteraction),
        analytics: {
          total_interactions: profile.messages,
          avg_sentiment: averageSentiment(profile),
          most_active_hour: mostActiveHour(profile),
        },
        suggestions: suggestionsOf(all),
      },
    };
  }

  const insights: Route = {
    method: 'GET',
    path: '/webhook/chat/insights/:user_id',
    scope: 'read',
    manner: learningManner,
    handle: (call) =>
      limited(limiter, 'insights', call, call.params['user_id'] ?? '', () => showInsights(call)),
  };

  return [{ ...upload, maxBytes: BULK_BYTES }, message, insights];
}

type By = Pick<Call, 'caller' | 'address'>;

function subjectOf({ caller: { by, projectId }, address }: By, userId: string): string {
  const who = by === 'open' ? address : typeof by === 'string' ? by : by.key;
  return `${projectId} ${who} ${userId}`;
}

/** Counts a request whose body nobody could read. */
export const countRefused =
  (limiter: Limiter, policy: Policy): NonNullable<Route['count']> =>
  async ({ params, ...by }) =>
    (await limiter(policy, subjectOf(by, params['user_id'] ?? ''))).headers;

/** Counts a request against its limit, whatever becomes of it, and tells on every answer what is left. */
export async function limited(
  limiter: Limiter,
  policy: Policy,
  call: Call,
  userId: string,
  answer: () => Promise<Reply>,
): Promise<Reply> {
  const { headers, retryAfter } = await limiter(policy, subjectOf(call, userId));
  call.addHeaders(headers);
  if (retryAfter === null) return answer();
  return { status: 429, body: { error: 'Rate limit exceeded', retry_after: retryAfter } };
}

type Parsed = { body: JsonObject } | { refusal: unknown };

/** The body, or why it is none: a request counts against its limit before it is refused. */
function tryToParse(raw: Buffer): Parsed {
  try {
    return { body: parseBody(raw) };
  } catch (refusal) {
    return { refusal };
  }
}

/** Whose request it is, as far as that can be told before it is checked; nobody's are counted together. */
function userIn(parsed: Parsed): string {
  const userId = 'body' in parsed ? parsed.body['user_id'] : undefined;
  return typeof userId === 'string' ? userId.slice(0, 255) : '';
}

/** The user id in a path; throws an InvalidInputError when it can be nobody's. */
export function pathUser({ params }: Call): string {
  const parsed = externalId.safeParse(params['user_id']);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError('user_id', `user_id ${parsed.error.issues[0]!.message}.`);
}

function parse<T>(schema: z.ZodType<T>, value: unknown, path: string[] = []): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = [...path, ...issue.path].join('.') || 'body';
  throw new InvalidInputError(field, `${field} ${wordsOf(issue, value)}.`);
}

/** zod's own words for a field that is missing or no object are not ours. */
function wordsOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_type') return issue.message;
  const given = issue.path.reduce<unknown>((it, name) => (it as Record<PropertyKey, unknown>)?.[name], value);
  if (given === undefined) return 'is missing';
  return issue.expected === 'object' ? 'must be an object' : issue.message;
}

function parseBulk(body: Record<string, unknown>, now: number): LogMessage[] {
  const { user_id: userId, interactions } = parse(bulk, body);
  if (interactions.length < 1 || interactions.length > BULK) {
    throw new InvalidInputError(
      'interactions',
      `interactions must hold 1 to 1,000 entries; it holds ${interactions.length}.`,
    );
  }
  const said = interactions.map((entry, index) =>
    toInteraction(
      parse(interaction, entry, ['interactions', String(index)]),
      extraOf(entry as object, interaction),
    ),
  );
  return interactionCommands(userId, said, now);
}

type Said = Omit<z.infer<typeof interaction>, 'timestamp'> & { timestamp?: string | null | undefined };

/** Fields beyond the documented ones. */
function extraOf(body: object, schema: z.ZodObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body as JsonObject).filter(
      ([name, value]) => value !== null && !Object.hasOwn(schema.shape, name),
    ),
  );
}

function toInteraction({ session_id: sessionId, timestamp, ...said }: Said, extra: JsonObject): Interaction {
  return { ...said, sessionId, extra, at: timestamp == null ? null : parseMoment(timestamp)! };
}

const askedIn = ({ messages }: Answer): Message => messages.find(({ sender }) => sender === 'USER')!;

function parseCategories(query: URLSearchParams): Fact['category'][] | null {
  if (!query.has('categories')) return null;
  return query
    .getAll('categories')
    .flatMap((list) => list.split(','))
    .map((name) => {
      const known = categories.find((category) => category === name.trim());
      if (known !== undefined) return known;
      throw new InvalidInputError('categories', `categories must be among ${categories.join(', ')}.`);
    });
}

function parseConfidence(query: URLSearchParams): (typeof confidences)[number] | null {
  if (!query.has('confidence')) return null;
  const given = query.getAll('confidence').join('&');
  const known = confidences.find((confidence) => confidence.toLowerCase() === given);
  if (known !== undefined) return known;
  throw new InvalidInputError('confidence', 'confidence must be low, medium or high.');
}

/** A moment as the learning system writes it: whole seconds without a fraction. */
export const showMoment = (iso: string): string => iso.replace('.000Z', 'Z');

/** A fact as the learning system writes it. */
export const showFact = (fact: Fact): object => ({
  category: fact.category,
  type: fact.type,
  key: fact.key,
  value: fact.value,
  confidence: confidenceOf(fact).toLowerCase(),
  evidence_count: fact.evidence,
});

const showInteraction = (message: Message): Record<string, unknown> => ({
  content: message.text,
  type: 'message',
  sentiment: message.sentiment ?? 0,
  topics: message.topics,
  timestamp: showMoment(message.at),
});
