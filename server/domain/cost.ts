import type { Amount } from './money.ts';
import type { Setting } from './turn.ts';
import type { JsonObject } from './value.ts';

/** One priced operation. Amounts are exact decimals in USD. */
export type Cost = {
  id: number;
  conversationId: number;
  /** The caller's own id of the turn that it belongs to. */
  turnId: string | null;
  service: string;
  provider: string | null;
  operation: string | null;
  model: string | null;
  units: Amount | null;
  unitType: string | null;
  /** What it costs: as the sender states, else by the price table; null when no price is known. */
  usd: Amount | null;
  /** What the price table says, kept beside the sender's own figure. */
  tableUsd: Amount | null;
  cached: boolean;
  optimizationLevel: string | null;
  usage: JsonObject | null;
  /** The caller's own text of the moment. */
  statedAt: string | null;
  at: string;
  createdAt: string;
  /** Null where it is counted in no roll-up. */
  setting: Setting | null;
  /** Ordinal of the exchange whose tokens it prices; an exchange has one cost at most. */
  exchange: number | null;
  metadata: JsonObject;
};
