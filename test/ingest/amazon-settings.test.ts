import { describe, expect, test } from 'vitest';
import { readConfig, type ConfigurationError } from '../../server/config.ts';
import { momentIn, secondsIn, sentimentIn } from '../../server/ingest/amazon/call-record.ts';
import { reasonOf } from '../../server/ingest/amazon/reason.ts';
import type { AmazonSettings } from '../../server/ingest/amazon/settings.ts';
import { StartError } from '../../server/server.ts';
import { startServer } from '../support/server.ts';

const settingsOf = (env: Record<string, string>): AmazonSettings | null => readConfig(env, false).amazon;
function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env, false);
  } catch (error) {
    return (error as ConfigurationError).problems;
  }
  return [];
}
const document = {
  AWS_REGION_NAME: 'us-west-2',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'a secret',
  KINESIS_STREAM_PREFIX: 'live-audio-connect-travoiqbot-contact-',
};

describe('settings of Amazon', () => {
  test('the environment of the document alone reads nothing', () => {
    expect(settingsOf(document)).toBeNull();
  });

  test('the switch turns the tables of the document on', () => {
    expect(settingsOf({ ...document, DYNAMODB_SOURCE: 'on' })).toEqual({
      dynamo: {
        region: 'us-west-2',
        credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a secret' },
        endpoint: null,
        streamsEndpoint: null,
        tables: {
          details: 'travoiq-recording-contactDetails',
          customer: 'travoiq-recording-contactTranscriptSegments',
          agent: 'travoiq-recording-contactTranscriptSegmentsToCustomer',
        },
      },
      kinesis: null,
      project: 'default',
    });
  });

  test('without credentials the SDK looks for some; tables, streams and addresses can be others', () => {
    const settings = settingsOf({
      DYNAMODB_SOURCE: 'on',
      AWS_REGION: 'eu-central-1',
      DYNAMODB_DETAILS_TABLE: 'calls',
      KINESIS_STREAMS: 'lens, lca,lens',
      AWS_ENDPOINT_URL: 'https://vpce.example',
      AWS_ENDPOINT_URL_KINESIS: 'https://kinesis.example',
      SOURCES_PROJECT: 'calls',
    });
    expect(settings).toMatchObject({
      dynamo: { credentials: null, endpoint: 'https://vpce.example', tables: { details: 'calls' } },
      kinesis: { streams: ['lens', 'lca'], endpoint: 'https://kinesis.example' },
      project: 'calls',
    });
  });

  test('every problem is told at once, and no secret with it', () => {
    const problems = problemsOf({
      DYNAMODB_SOURCE: 'on',
      AWS_SECRET_ACCESS_KEY: 'a secret',
      DYNAMODB_AGENT_TABLE: 'a b',
      DYNAMODB_CUSTOMER_TABLE: 'same',
      DYNAMODB_DETAILS_TABLE: 'same',
      KINESIS_STREAMS: 'good,b d',
      AWS_ENDPOINT_URL: 'http://user:secret@example.com',
    });
    expect(problems.map((problem) => problem.split(' ', 1)[0])).toEqual([
      'KINESIS_STREAMS',
      'AWS_REGION_NAME',
      'AWS_ACCESS_KEY_ID',
      'DYNAMODB_AGENT_TABLE',
      'DYNAMODB_DETAILS_TABLE,',
      'AWS_ENDPOINT_URL',
    ]);
    expect(problems.join()).not.toContain('secret@');
    expect(problems.join()).not.toContain('a secret');
    expect(problemsOf({ DYNAMODB_SOURCE: 'maybe' })).toEqual([
      'DYNAMODB_SOURCE must be on or off; it is "maybe".',
    ]);
  });

  test('a project that does not exist keeps the server from starting', async () => {
    const env = { ...document, DYNAMODB_SOURCE: 'on', SOURCES_PROJECT: 'nobody' };
    await expect(startServer({ env })).rejects.toThrow(StartError);
    await expect(startServer({ env })).rejects.toThrow('SOURCES_PROJECT is "nobody"');
  });
});

test('moments, seconds and moods are read as Amazon writes them', () => {
  const date = 'Tue Nov 03 2020 13:05:09 GMT+0200 (Eastern European Standard Time)';
  expect(momentIn(date)).toBe('2020-11-03T11:05:09.000Z');
  expect(momentIn('2020-11-03T11:05:09.5Z')).toBe('2020-11-03T11:05:09.500Z');
  for (const odd of ['yesterday', 'Tue Foo 99 2020 13:05:09 GMT+0200', 5, null, ''])
    expect(momentIn(odd)).toBeNull();
  expect([1.25, '1.25', '7', 0].map(secondsIn)).toEqual([1250, 1250, 7000, 0]);
  for (const odd of [-1, '-1', 'x', '', null, {}, 1e300, '1e3']) expect(secondsIn(odd)).toBeNull();
  expect(['POSITIVE', 'neutral', 'MIXED', 'NEGATIVE', 'odd'].map((word) => sentimentIn(word))).toEqual([
    1,
    0,
    0,
    -1,
    null,
  ]);
  expect(sentimentIn('POSITIVE', { Positive: 0.5, Negative: 0.25 })).toBe(0.25);
});

test('why a source cannot be read is said without the words of the error', () => {
  const named = (name: string, more: object = {}): Error =>
    Object.assign(new Error('key AKIASECRET of arn:aws:iam::1'), { name, ...more });
  expect(reasonOf(named('UnrecognizedClientException'))).toBe(
    'Amazon does not let these credentials read it.',
  );
  expect(reasonOf(named('ResourceNotFoundException'))).toBe('It does not exist in this region.');
  expect(reasonOf(named('ThrottlingException'))).toBe('Amazon asks for fewer requests.');
  expect(reasonOf(named('InternalServerError', { $metadata: { httpStatusCode: 500 } }))).toBe(
    'Amazon answered with InternalServerError.',
  );
  expect(reasonOf(named('TimeoutError', { code: 'ECONNREFUSED' }))).toBe('It cannot be reached.');
});
