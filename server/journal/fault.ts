/**
 * Why a batch failed: `content` that the database refuses, a database that is `away` (or slow, or out of
 * space), or a `bug` of ours.
 */
export type Fault = 'content' | 'away' | 'bug';

/** Reads the SQLSTATE class, or Prisma's own code, out of whatever was thrown. */
export function faultOf(error: unknown): Fault {
  const { code, meta, name } = (error ?? {}) as { code?: unknown; meta?: unknown; name?: unknown };
  const state = sqlState(code, meta);
  // Classes: 21 to 23 data and constraints, 54 limits exceeded; 08, 25, 40, 53, 55, 57, 58 connection and operation.
  if (state !== null) {
    if (/^(?:21|22|23|54)/u.test(state)) return 'content';
    return /^(?:08|25|40|53|55|57|58)/u.test(state) ? 'away' : 'bug';
  }
  if (typeof code === 'string' && /^(?:P1\d{3}|P2024|P2028|P2034|E[A-Z]+)$/u.test(code)) return 'away';
  if (name === 'PrismaClientInitializationError' || name === 'DriverAdapterError') return 'away';
  return /timeout|terminat|connect|closed/iu.test(String(error)) ? 'away' : 'bug';
}

/** From the driver's own error, or from what Prisma kept of it. */
function sqlState(code: unknown, meta: unknown): string | null {
  const { driverAdapterError } = (meta ?? {}) as {
    driverAdapterError?: { cause?: { originalCode?: unknown } };
  };
  const found = driverAdapterError?.cause?.originalCode ?? code;
  // Codes of the operating system (EPIPE) and of Prisma (P2024) can have five characters too.
  return typeof found === 'string' && /^[0-9A-DF-OQ-Z][0-9A-Z]{4}$/u.test(found) ? found : null;
}
