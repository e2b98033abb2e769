/** A Facebook app whose pages tell us what is said to them and by them. */
export type MessengerSettings = {
  /** What Meta says when the webhook is set up; never logged. */
  readonly verifyToken: string;
  /** With this Meta signs every webhook; never logged. */
  readonly appSecret: string;
  /** The app of the bot: what other apps say for a page was typed by a person. Null when nobody told. */
  readonly appId: string | null;
  /** Name of the project that the conversations belong to. */
  readonly project: string;
};

/**
 * Decides the settings from MESSENGER_VERIFY_TOKEN, MESSENGER_APP_SECRET, MESSENGER_APP_ID and MESSENGER_PROJECT;
 * null, which is off, without the first two. What cannot be used is added to `problems`, one readable line each,
 * none of which shows a secret.
 */
export function parseMessenger(
  env: Record<string, string | undefined>,
  problems: string[],
): MessengerSettings | null {
  const given = (name: string): string => env[name]?.trim() ?? '';
  const verifyToken = given('MESSENGER_VERIFY_TOKEN');
  const appSecret = given('MESSENGER_APP_SECRET');
  if (verifyToken === '' && appSecret === '') return null;
  if (verifyToken === '') {
    problems.push(
      'MESSENGER_APP_SECRET needs MESSENGER_VERIFY_TOKEN, a text of your choice that you give to Meta as well.',
    );
  }
  if (appSecret === '') {
    problems.push(
      'MESSENGER_VERIFY_TOKEN needs MESSENGER_APP_SECRET, which the dashboard of the app shows: webhooks are signed with it.',
    );
  }
  const appId = given('MESSENGER_APP_ID');
  if (!/^\d*$/u.test(appId)) problems.push(`MESSENGER_APP_ID must be digits; it is "${appId}".`);
  return { verifyToken, appSecret, appId: appId || null, project: given('MESSENGER_PROJECT') || 'default' };
}
