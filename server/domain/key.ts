/** What a key allows: log, read, act on conversations, administer. */
export const scopes = ['ingest', 'read', 'operate', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** A credential of one project; the key itself is never stored. */
export type Key = {
  id: string;
  name: string;
  /** SHA-256 of the whole key, hex. */
  hash: string;
  scopes: Scope[];
  createdAt: string;
  revokedAt: string | null;
};
