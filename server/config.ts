import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseRateLimits, type RateLimits } from './auth/limits.ts';
import { isLoopbackHost } from './auth/origin.ts';
import { InvalidInputError } from './domain/errors.ts';
import { parseMapping, type PayloadMapping } from './domain/mapping.ts';
import { parseAmazon, type AmazonSettings } from './ingest/amazon/settings.ts';
import { parseMessenger, type MessengerSettings } from './ingest/messenger/settings.ts';
import { parseLearner, type LearnerSettings } from './watch/settings.ts';

/** Where the data lies: a PostgreSQL of yours, or the one that npm carries. */
export type DatabaseConfig = { kind: 'url'; url: string } | { kind: 'embedded'; dataDir: string };

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';

/** Everything that can be set, decided. */
export type Config = {
  readonly host: string;
  readonly port: number;
  readonly isLoopback: boolean;
  readonly isProduction: boolean;
  readonly database: DatabaseConfig;
  /** WEBHOOK_API_KEY: a key of the default project with every scope. */
  readonly environmentKey: string | null;
  /** EARSHOT_PAYLOAD_MAPPING: for projects that have none of their own. */
  readonly payloadMapping: PayloadMapping | null;
  /** RATE_LIMITS: of the learning doors; null is off. */
  readonly rateLimits: RateLimits | null;
  /** LEARNER_BASE_URL, LEARNER_MODEL, LEARNER_API_KEY: a language model that learns as well; null is off. */
  readonly learner: LearnerSettings | null;
  /** MESSENGER_VERIFY_TOKEN and the like: the webhook of Facebook Messenger; null is off. */
  readonly messenger: MessengerSettings | null;
  /** DYNAMODB_SOURCE, KINESIS_STREAMS, AWS_REGION_NAME and the like: calls at Amazon; null is off. */
  readonly amazon: AmazonSettings | null;
  /** WEBHOOK_ALLOW_PRIVATE: whether webhooks may lead to addresses that are not of the public internet. */
  readonly allowsPrivateWebhooks: boolean;
  readonly logLevel: LogLevel;
};

/** Settings that cannot be used; `problems` holds one readable line each. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const logLevels: readonly string[] = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

/** Decides a Config from an environment. Throws one ConfigurationError that lists every problem. */
export function readConfig(env: Record<string, string | undefined>, isRoot: boolean): Config {
  const problems: string[] = [];
  const host = env['HOST'] || '127.0.0.1';
  const port = readPort(env['PORT'], problems);
  const environmentKey = env['WEBHOOK_API_KEY'] || null;
  const logLevel = env['LOG_LEVEL'] || 'info';
  if (!logLevels.includes(logLevel))
    problems.push(`LOG_LEVEL must be one of ${logLevels.join(', ')}; it is "${logLevel}".`);
  const config: Config = {
    host,
    port,
    isLoopback: isLoopbackHost(host),
    isProduction: env['NODE_ENV'] === 'production',
    database: readDatabase(env, isRoot, problems),
    environmentKey,
    payloadMapping: readMapping(env['EARSHOT_PAYLOAD_MAPPING'], problems),
    rateLimits: readRateLimits(env['RATE_LIMITS'], problems),
    learner: parseLearner(env, problems),
    messenger: parseMessenger(env, problems),
    amazon: parseAmazon(env, problems),
    allowsPrivateWebhooks: readSwitch('WEBHOOK_ALLOW_PRIVATE', env, problems),
    logLevel: logLevel as LogLevel,
  };
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Object.freeze(config);
}

function readPort(given: string | undefined, problems: string[]): number {
  if (given === undefined || given === '') return 8000;
  const port = Number(given);
  if (!/^\d+$/u.test(given) || port > 65_535)
    problems.push(`PORT must be a number from 0 to 65535; it is "${given}".`);
  return port;
}

function readSwitch(name: string, env: Record<string, string | undefined>, problems: string[]): boolean {
  const given = env[name] || 'off';
  if (given !== 'on' && given !== 'off') problems.push(`${name} must be on or off; it is "${given}".`);
  return given === 'on';
}

function readDatabase(
  env: Record<string, string | undefined>,
  isRoot: boolean,
  problems: string[],
): DatabaseConfig {
  const url = env['DATABASE_URL'];
  if (url === undefined || url === '') {
    return {
      kind: 'embedded',
      dataDir: resolve(env['DATA_DIR'] || (isRoot ? '/var/lib/earshot' : '.earshot')),
    };
  }
  if (!/^postgres(?:ql)?:\/\//u.test(url)) {
    problems.push('DATABASE_URL must start with postgresql:// ; leave it out to use the bundled PostgreSQL.');
  }
  return { kind: 'url', url };
}

function readRateLimits(given: string | undefined, problems: string[]): RateLimits | null {
  try {
    return parseRateLimits(given);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.push(error.message);
    return null;
  }
}

function readMapping(file: string | undefined, problems: string[]): PayloadMapping | null {
  if (file === undefined || file === '') return null;
  try {
    return parseMapping(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const reason = error instanceof InvalidInputError ? error.message : 'it cannot be read as JSON.';
    problems.push(`EARSHOT_PAYLOAD_MAPPING (${file}): ${reason}`);
    return null;
  }
}
