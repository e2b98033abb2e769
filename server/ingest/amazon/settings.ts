/** Who asks Amazon; none of it is ever logged or stored. */
type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** What is needed to ask a service of Amazon. */
export type AmazonAccess = {
  readonly region: string;
  /** Null leaves it to the SDK to find some: profiles, roles of the machine, single sign-on. */
  readonly credentials: Credentials | null;
  /** Where the service is, when that is not Amazon itself. */
  readonly endpoint: string | null;
};

/** The three tables of calls, in the order in which they are read. */
export const tableNames = ['details', 'customer', 'agent'] as const;
export type TableName = (typeof tableNames)[number];

/** Where calls are read from at Amazon. */
export type AmazonSettings = {
  /** The tables of calls, or null. */
  readonly dynamo:
    | (AmazonAccess & { readonly tables: Record<TableName, string>; readonly streamsEndpoint: string | null })
    | null;
  /** Streams of call events, or null. */
  readonly kinesis: (AmazonAccess & { readonly streams: string[] }) | null;
  /** Name of the project that the calls belong to. */
  readonly project: string;
};

const variables: Record<TableName, { name: string; usual: string }> = {
  details: { name: 'DYNAMODB_DETAILS_TABLE', usual: 'travoiq-recording-contactDetails' },
  customer: { name: 'DYNAMODB_CUSTOMER_TABLE', usual: 'travoiq-recording-contactTranscriptSegments' },
  agent: { name: 'DYNAMODB_AGENT_TABLE', usual: 'travoiq-recording-contactTranscriptSegmentsToCustomer' },
};

type Env = Record<string, string | undefined>;

/**
 * Decides the settings from DYNAMODB_SOURCE, KINESIS_STREAMS, AWS_REGION_NAME and the like; null, which is off,
 * without the first two. What cannot be used is added to `problems`, one readable line each, none of which shows a
 * secret.
 */
export function parseAmazon(env: Env, problems: string[]): AmazonSettings | null {
  const given = (name: string): string => env[name]?.trim() ?? '';
  const source = given('DYNAMODB_SOURCE') || 'off';
  if (source !== 'on' && source !== 'off') {
    problems.push(`DYNAMODB_SOURCE must be on or off; it is "${source}".`);
  }
  const streams = parseStreams(given('KINESIS_STREAMS'), problems);
  if (source !== 'on' && streams.length === 0) return null;
  const region = given('AWS_REGION_NAME') || given('AWS_REGION');
  if (!/^[a-z0-9-]{1,60}$/u.test(region)) {
    problems.push('AWS_REGION_NAME must name the region of the tables and streams, for example us-west-2.');
  }
  const credentials = parseCredentials(given, problems);
  const endpointOf = (service: string): string | null =>
    parseEndpoint(`AWS_ENDPOINT_URL_${service}`, given, problems);
  const access = { region, credentials };
  const tables = parseTables(given, problems);
  const dynamo = {
    ...access,
    tables,
    endpoint: endpointOf('DYNAMODB'),
    streamsEndpoint: endpointOf('DYNAMODB_STREAMS'),
  };
  return {
    dynamo: source === 'on' ? dynamo : null,
    kinesis: streams.length === 0 ? null : { ...access, streams, endpoint: endpointOf('KINESIS') },
    project: given('SOURCES_PROJECT') || 'default',
  };
}

function parseTables(given: (name: string) => string, problems: string[]): Record<TableName, string> {
  const named = tableNames.map((table) => {
    const { name, usual } = variables[table];
    const value = given(name) || usual;
    if (!/^[\w.-]{3,255}$/u.test(value))
      problems.push(`${name} must be the name of a table; it is "${value}".`);
    return [table, value] as const;
  });
  if (new Set(named.map(([, value]) => value)).size < named.length) {
    const names = tableNames.map((table) => variables[table].name).join(', ');
    problems.push(`${names} must name three different tables.`);
  }
  return Object.fromEntries(named) as Record<TableName, string>;
}

function parseStreams(given: string, problems: string[]): string[] {
  const streams = given.split(',').map((name) => name.trim());
  const named = [...new Set(streams.filter((name) => name !== ''))];
  for (const name of named) {
    if (/^[\w.-]{1,128}$/u.test(name)) continue;
    problems.push(`KINESIS_STREAMS must be names of streams, separated by commas; "${name}" is none.`);
  }
  return named;
}

/** Both halves, or neither. */
function parseCredentials(given: (name: string) => string, problems: string[]): Credentials | null {
  const accessKeyId = given('AWS_ACCESS_KEY_ID');
  const secretAccessKey = given('AWS_SECRET_ACCESS_KEY');
  const sessionToken = given('AWS_SESSION_TOKEN');
  if (accessKeyId === '' && secretAccessKey === '') return null;
  if (accessKeyId === '' || secretAccessKey === '') {
    problems.push(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together. Set both, or neither to use a role or a profile.',
    );
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken !== '' && { sessionToken }) };
}

/** An address for one service, else the one for all. */
function parseEndpoint(name: string, given: (name: string) => string, problems: string[]): string | null {
  const variable = given(name) === '' ? 'AWS_ENDPOINT_URL' : name;
  const value = given(variable);
  if (value === '') return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/u.test(url.protocol) || url.username !== '' || url.password !== '') {
    const problem = `${variable} must be an http address without user and password.`;
    if (!problems.includes(problem)) problems.push(problem);
  }
  return value;
}
