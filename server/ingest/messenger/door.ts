import type { Caller } from '../../auth/caller.ts';
import { isSameSecret } from '../../auth/key.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Journal } from '../../journal/write.ts';
import { mannerOf, type Reply, type Route } from '../../route.ts';
import { parseMessengerBody } from './body.ts';
import { readMessengerPayload } from './payload.ts';
import type { MessengerSettings } from './settings.ts';
import { isSigned } from './signature.ts';

/** Refusals are worded as those of the cafe's administration, whose conversations come in here. */
const messengerManner = mannerOf((error) => ({ success: false, error }));

const text = (body: string, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  body,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
});

type Dependencies = {
  journal: Journal;
  settings: MessengerSettings;
  /** The project that the conversations belong to. */
  projectId: number;
};

/** The webhook of Facebook Messenger. The app's token and signature take the place of a key. */
export function messengerRoutes({ journal, settings, projectId }: Dependencies): Route[] {
  const caller: Caller = { projectId, scopes: new Set(['ingest']), by: 'signature' };
  const verify: Route = {
    method: 'GET',
    path: '/webhook',
    scope: 'ingest',
    caller,
    manner: messengerManner,
    async handle({ query }) {
      const token = only(query, 'hub.verify_token');
      const isKnown = token !== null && isSameSecret(token, settings.verifyToken);
      if (!isKnown || only(query, 'hub.mode') !== 'subscribe') {
        const message = 'hub.mode must be "subscribe", and hub.verify_token what MESSENGER_VERIFY_TOKEN is.';
        return messengerManner({ status: 403, message });
      }
      const challenge = only(query, 'hub.challenge');
      if (!challenge) throw new InvalidInputError('hub.challenge', 'hub.challenge is missing.');
      return text(challenge);
    },
  };
  const receive: Route = {
    method: 'POST',
    path: '/webhook',
    scope: 'ingest',
    caller,
    manner: messengerManner,
    async handle({ raw, headers, receipt }) {
      if (!isSigned(raw, headers['x-hub-signature-256'], settings.appSecret)) {
        const message = 'X-Hub-Signature-256 is missing, or it is not that of this body by this app.';
        return messengerManner({ status: 401, message });
      }
      const body = parseMessengerBody(raw);
      if (body['object'] !== 'page') {
        return messengerManner({ status: 404, message: 'Only webhooks of pages are taken (object "page").' });
      }
      const { commands, receipts } = readMessengerPayload(body, settings.appId);
      if (commands.length === 0 && receipt === null) return text('EVENT_RECEIVED');
      const { isReplay } = await journal.write(projectId, commands, { bytes: raw.length, receipt, receipts });
      return text('EVENT_RECEIVED', isReplay ? { 'idempotent-replayed': 'true' } : {});
    },
  };
  return [verify, receive];
}

/** A parameter that is there once; null otherwise. */
function only(query: URLSearchParams, name: string): string | null {
  const [value = null, ...more] = query.getAll(name);
  return more.length === 0 ? value : null;
}
