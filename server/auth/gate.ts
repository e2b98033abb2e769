import type { ApiKeyModel } from '../../generated/prisma/models.ts';
import type { PrismaClient } from '../store/database.ts';
import { everyScope, type Caller } from './caller.ts';
import { hashKey, isKey, isSameSecret } from './key.ts';

/** Decides who a credential belongs to, and whether the server is open. */
export type Gate = Disposable & {
  /** Null when the credential (or its absence) lets nobody in. */
  admit(credential: string | null): Promise<Caller | null>;
  /** Whether everything is allowed: no key was ever made, and the server listens on loopback only. */
  isOpen(): Promise<boolean>;
  /** The caller again, as long as what let him in still does; null afterwards. */
  readmit(caller: Pick<Caller, 'projectId' | 'by'>): Promise<Caller | null>;
  /** Calls `expel` soon after `admit` has begun to give nobody; the returned function ends the watch. */
  guard(admit: () => Promise<Caller | null>, expel: () => void): () => void;
};

type Options = {
  prisma: PrismaClient;
  defaultProjectId: number;
  /** WEBHOOK_API_KEY: a key of the default project with every scope. */
  environmentKey: string | null;
  isLoopback: boolean;
  now: () => number;
  every: (ms: number, callback: () => void) => () => void;
};

/** How long a look-up is trusted, and how often open sockets are looked at again, in ms: a revoked key is out within twice that. */
const TRUST = 2000;
const REMEMBERED = 10_000;
const LONGEST = 256;

export function createGate({
  prisma,
  defaultProjectId,
  environmentKey,
  isLoopback,
  now,
  every,
}: Options): Gate {
  // A look-up is kept as it begins, so that calls which come meanwhile wait for it too.
  const known = new Map<string, { caller: Promise<Caller | null>; until: number }>();
  let openness: { isOpen: boolean; until: number } | null = null;
  const guarded = new Set<{ admit: () => Promise<Caller | null>; expel: () => void }>();
  const owner = (by: Caller['by']): Caller => ({ projectId: defaultProjectId, scopes: everyScope, by });

  async function isOpen(): Promise<boolean> {
    if (!isLoopback || environmentKey !== null) return false;
    // Once a key exists the server is closed for good, so only openness has to be asked again.
    if (openness === null || (openness.isOpen && openness.until <= now())) {
      const anyKey = await prisma.apiKey.findFirst({ select: { id: true } });
      openness = { isOpen: anyKey === null, until: now() + TRUST };
    }
    return openness.isOpen;
  }

  function lookUp(credential: string): Promise<Caller | null> {
    // Bots send the same credential with every call: it is hashed and looked up once in a while only.
    const remembered = known.get(credential);
    if (remembered !== undefined && remembered.until > now()) return remembered.caller;
    const caller = identify(credential);
    if (known.size >= REMEMBERED) known.clear();
    // What strangers send may be long; it is not worth remembering.
    if (credential.length > LONGEST) return caller;
    const entry = { caller, until: now() + TRUST };
    known.set(credential, entry);
    caller.catch(() => {
      if (known.get(credential) === entry) known.delete(credential);
    });
    return caller;
  }

  async function identify(credential: string): Promise<Caller | null> {
    if (environmentKey !== null && isSameSecret(credential, environmentKey)) return owner('environment');
    if (!isKey(credential)) return null;
    return callerOf(await prisma.apiKey.findUnique({ where: { hash: hashKey(credential) } }));
  }

  async function readmit({ projectId, by }: Pick<Caller, 'projectId' | 'by'>): Promise<Caller | null> {
    if (by === 'open') return (await isOpen()) ? owner(by) : null;
    if (by === 'environment') return environmentKey === null ? null : owner(by);
    // A signature lets in the one request that it is of.
    if (by === 'signature') return null;
    return callerOf(await prisma.apiKey.findUnique({ where: { projectId_id: { projectId, id: by.key } } }));
  }

  async function admit(credential: string | null): Promise<Caller | null> {
    if (await isOpen()) return owner('open');
    return credential === null ? null : lookUp(credential);
  }

  const stop = every(TRUST, () => {
    for (const guard of guarded) {
      guard.admit().then(
        (caller) => {
          if (caller === null && guarded.delete(guard)) guard.expel();
        },
        // While the database is away nobody is expelled; nothing can be read or written either.
        () => undefined,
      );
    }
  });

  return {
    admit,
    isOpen,
    readmit,
    guard(again, expel) {
      const guard = { admit: again, expel };
      guarded.add(guard);
      return () => guarded.delete(guard);
    },
    [Symbol.dispose]() {
      stop();
      guarded.clear();
    },
  };
}

function callerOf(row: ApiKeyModel | null): Caller | null {
  if (row === null || row.revokedAt !== null) return null;
  return { projectId: row.projectId, scopes: new Set(row.scopes), by: { key: row.id } };
}
