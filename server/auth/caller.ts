import { scopes, type Scope } from '../domain/key.ts';

/** Who calls: the project and what may be done in it. */
export type Caller = {
  projectId: number;
  scopes: ReadonlySet<Scope>;
  /** What let the caller in: open mode, the key of the environment, a signed webhook, or a stored key's id. */
  by: 'open' | 'environment' | 'signature' | { key: string };
};

export const everyScope: ReadonlySet<Scope> = new Set(scopes);

/** What is said to a key without a scope, and what to do. */
export const lacking = (scope: string, why = ''): string =>
  `This key lacks the scope "${scope}"${why}. Use a key with it (earshot key create --scopes ${scope}).`;
