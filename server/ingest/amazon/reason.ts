const credentials = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'TokenProviderError',
  'UnrecognizedClientException',
]);
const busy = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);
const absent = new Set(['ResourceNotFoundException', 'TableNotFoundException']);

/**
 * Why Amazon cannot be read, in words that anybody may see: never those of the error, in which Amazon and the network
 * quote keys, accounts and addresses.
 */
export function reasonOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (credentials.has(name)) return 'Amazon does not let these credentials read it.';
  if (busy.has(name)) return 'Amazon asks for fewer requests.';
  if (absent.has(name)) return 'It does not exist in this region.';
  const isAnswer = error instanceof Error && '$metadata' in error && /^[A-Za-z]{1,80}$/u.test(name);
  const { httpStatusCode } =
    (isAnswer ? (error as { $metadata?: { httpStatusCode?: number } }).$metadata : {}) ?? {};
  return httpStatusCode === undefined ? 'It cannot be reached.' : `Amazon answered with ${name}.`;
}
