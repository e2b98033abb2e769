import { createKey } from '../../server/auth/key.ts';
import { ensureProject } from '../../server/journal/project.ts';
import { openDatabase } from '../../server/store/database.ts';
import type { Scope } from '../../server/domain/key.ts';
import type { TestServer } from './server.ts';
import { silentJournal } from './journal.ts';

const inputs = {
  recordTurn: 'RecordTurnInput',
  recordCost: 'RecordCostInput',
  submitFeedback: 'SubmitFeedbackInput',
} as const;
const stored = {
  recordTurn: '... on RecordTurnPayload { isNew }',
  recordCost: '... on RecordCostPayload { cost { usd tableUsd } }',
  submitFeedback: `... on SubmitFeedbackPayload { isNew
    feedback { turnId messageId promptName model rating message { text } } }`,
};
export type Stored = {
  isNew?: boolean;
  cost?: { usd: string | null; tableUsd: string | null };
  feedback?: {
    turnId: string | null;
    messageId: string | null;
    promptName: string | null;
    model: string | null;
    rating: number;
    message: { text: string } | null;
  };
  field?: string;
};

/** Records a turn, a cost or a rating; an input that is refused gives the field that is wrong. */
export async function record(
  server: TestServer,
  name: keyof typeof inputs,
  input: object,
  headers: Record<string, string> = {},
): Promise<Stored> {
  const query = `mutation ($input: ${inputs[name]}!) { it: ${name}(input: $input) { ${stored[name]}
    ... on InvalidInputError { field } } }`;
  const { it } = await server.graphql<{ it: Stored }>(query, { input }, headers);
  return it;
}

export type Asked = {
  metric: string;
  from: string;
  to: string;
  bucket: string;
  groupBy?: string;
  part?: string;
  timeZone?: string;
};
export type Series = {
  from: string;
  to: string;
  unit: string;
  timeZone: string;
  buckets: string[];
  groups: { key: string | null; isOther: boolean; values: (string | null)[]; total: string | null }[];
};

const seriesQuery = `query ($metric: SeriesMetric!, $from: DateTime!, $to: DateTime!, $bucket: SeriesBucket!,
    $groupBy: SeriesGroupBy, $part: LatencyPart! = TOTAL, $timeZone: String! = "UTC") {
  series(metric: $metric, from: $from, to: $to, bucket: $bucket, groupBy: $groupBy, part: $part,
    timeZone: $timeZone) { from to unit timeZone buckets groups { key isOther values total } } }`;

/** Asks for a series. */
export async function askSeries(
  server: TestServer,
  asked: Asked,
  headers: Record<string, string> = {},
): Promise<Series> {
  const { series } = await server.graphql<{ series: Series }>(seriesQuery, asked, headers);
  return series;
}

/** The refusals of a series that cannot be given. */
export async function refusedSeries(
  server: TestServer,
  asked: Asked,
): Promise<{ message: string; extensions: { code: string } }[]> {
  const response = await server.post('/graphql', { query: seriesQuery, variables: asked });
  const { errors } = (await response.json()) as { errors?: [] };
  return errors ?? [];
}

/** Headers with a new key of a project. */
export async function keyOf(
  server: TestServer,
  scopes: Scope[],
  project = 'default',
): Promise<Record<string, string>> {
  await using database = openDatabase({ connectionString: server.databaseUrl });
  await using journal = silentJournal(database);
  const { key, id, hash } = createKey();
  const projectId = await ensureProject(database.prisma, project);
  await journal.write(projectId, [{ kind: 'createKey', key: { id, name: 'test', hash, scopes } }]);
  return { authorization: `Bearer ${key}` };
}
