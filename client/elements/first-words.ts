/** Where and with which key a first conversation is sent. Without a key where none is needed. */
export interface Target {
  readonly origin: string;
  readonly key: string | null;
}

const CONVERSATION = {
  user_message: "What's the weather like?",
  polly_response: 'Sunny, with a light breeze from the sea.',
  prompt_name: 'weather_assistant',
  model: 'gpt-4',
  latency_ms: 1200,
  tokens_used: { prompt_tokens: 32, completion_tokens: 45 },
};

/** Stands in a command where the person has to put a key. */
export const YOUR_KEY = 'YOUR_KEY';

/** A command that logs one whole conversation. */
export function curl(target: Target): string {
  return post('/webhook/conversation', CONVERSATION, target);
}

/** A command that sends a body. It is quoted as a document, so that apostrophes need no care. */
export function post(path: string, body: object, { origin, key }: Target): string {
  return [
    `curl ${origin}${path} \\`,
    ...(key === null ? [] : [`  -H 'Authorization: Bearer ${key}' \\`]),
    `  -H 'Content-Type: application/json' \\`,
    `  -d @- <<'JSON'`,
    JSON.stringify(body, null, 2),
    'JSON',
  ].join('\n');
}

/** A key as it may be shown on a screen: enough to tell it from others. */
export function masked(key: string): string {
  return `${key.slice(0, 6)}…`;
}
