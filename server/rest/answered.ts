import type { Reply } from '../route.ts';

/** The answer to a write; one that is given again says so. */
export const answered = (isReplay: boolean, status: number, body: object | string): Reply => ({
  status,
  body,
  ...(isReplay && { headers: { 'idempotent-replayed': 'true' } }),
});
