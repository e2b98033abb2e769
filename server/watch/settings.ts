/** Where the language model is that learns from what people write. */
export type LearnerSettings = {
  /** Base of an OpenAI-compatible API, for example http://localhost:1234/v1 */
  readonly baseUrl: string;
  readonly model: string;
  /** Never logged; null for endpoints that ask for none. */
  readonly apiKey: string | null;
};

/**
 * Decides the settings from LEARNER_BASE_URL, LEARNER_MODEL and LEARNER_API_KEY; null, which is off, without the
 * first. What cannot be used is added to `problems`, one readable line each, none of which shows the key.
 */
export function parseLearner(
  env: Record<string, string | undefined>,
  problems: string[],
): LearnerSettings | null {
  const baseUrl = env['LEARNER_BASE_URL']?.trim() ?? '';
  if (baseUrl === '') return null;
  const model = env['LEARNER_MODEL']?.trim() ?? '';
  const apiKey = env['LEARNER_API_KEY']?.trim() || null;
  const fault = faultOfBase(baseUrl);
  if (fault !== null) problems.push(fault);
  if (model === '') {
    problems.push(
      'LEARNER_BASE_URL needs LEARNER_MODEL, the name of the model to ask; leave out both for no learner.',
    );
  }
  // A header takes no other characters, and every request would fail.
  if (apiKey !== null && !/^[\x21-\x7e]+$/u.test(apiKey)) {
    problems.push('LEARNER_API_KEY must be printable ASCII without spaces.');
  }
  return { baseUrl, model, apiKey };
}

function faultOfBase(baseUrl: string): string | null {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url === null || !/^https?:$/u.test(url.protocol)) {
    return 'LEARNER_BASE_URL must be the http address of an OpenAI-compatible API, for example http://localhost:1234/v1';
  }
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return isPlain
    ? null
    : 'LEARNER_BASE_URL must hold no user, password or query; a key goes into LEARNER_API_KEY.';
}
