/**
 * Why a batch failed: `content` that the database refuses, a database that is `away` (or slow, or out of
 * space), or a `bug` of ours.
 */
export type Fault = 'content' | 'away' | 'bug';

/** Reads the SQLSTATE class, or Prisma's own code, out of whatever was thrown. */
export function faultOf(error: unknown): Fault {
  const { code, meta, name } = (error ?? {}) as { code?: unknown; meta?: unknown; name?: unknown };
  const state = sqlState(meta);
  // Classes: 21 to 23 data and constraints, 54 limits exceeded; 08, 25, 40, 53, 55, 57, 58 connection and operation.
  if (state !== null) {
    if (/^(?:21|22|23|54)/u.test(state)) return 'content';
    return /^(?:08|25|40|53|55|57|58)/u.test(state) ? 'away' : 'bug';
  }
  if (typeof code === 'string' && /^(?:P1\d{3}|P2024|P2028|P2034|E[A-Z]+)$/u.test(code)) return 'away';
  if (name === 'PrismaClientInitializationError' || name === 'DriverAdapterError') return 'away';
  return /timeout|terminat|connect|closed/iu.test(String(error)) ? 'away' : 'bug';
}

function sqlState(meta: unknown): string | null {
  if (typeof meta !== 'object' || meta === null) return null;
  const { code, driverAdapterError } = meta as {
    code?: unknown;
    driverAdapterError?: { cause?: { originalCode?: unknown } };
  };
  const found = driverAdapterError?.cause?.originalCode ?? code;
  return typeof found === 'string' && /^[0-9A-Z]{5}$/u.test(found) ? found : null;
}
