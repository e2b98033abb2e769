import { z } from 'zod';
import type { NewCost } from '../domain/command.ts';
import type { Cost } from '../domain/cost.ts';
import { toAmount } from '../domain/money.ts';
import { usage } from '../domain/pricing/token-usage.ts';
import { amount, externalId, isBlank, jsonObject, label, moment, parseMoment } from '../domain/value.ts';
import type { JsonObject } from '../domain/value.ts';

/** The fields of a CostEntry. */
export const costFields = {
  service: label.refine((value) => !isBlank(value), 'must not be blank'),
  provider: label.nullish(),
  operation: label.nullish(),
  model: label.nullish(),
  units: amount.nullish(),
  unit_type: label.nullish(),
  cost_usd: amount.nullish(),
  turn_id: externalId.nullish(),
  cached: z.boolean('must be true or false').nullish(),
  optimization_level: label.nullish(),
  timestamp: moment.nullish(),
  usage: usage.nullish(),
  session_id: externalId.nullish(),
  metadata: jsonObject.nullish(),
};
const costEntry = z.object(costFields);

/** A CostEntry as a cost. */
export function costCommand(body: z.infer<typeof costEntry>, extra: JsonObject): NewCost {
  const stated = body.cost_usd == null ? null : toAmount(body.cost_usd);
  return {
    turnId: body.turn_id ?? null,
    service: body.service,
    provider: body.provider ?? null,
    operation: body.operation ?? null,
    model: body.model ?? null,
    units: body.units == null ? null : toAmount(body.units),
    unitType: body.unit_type ?? null,
    usd: stated,
    cached: body.cached ?? false,
    optimizationLevel: body.optimization_level ?? null,
    usage: body.usage ?? null,
    statedAt: body.timestamp ?? null,
    at: body.timestamp == null ? null : parseMoment(body.timestamp),
    metadata: { ...body.metadata, ...extra },
  };
}

/** A moment as the speech API writes it: microseconds, no zone. */
export const showMoment = (iso: string): string => iso.replace('Z', '000');

/** A cost as a CostEntry. */
export const showCost = (cost: Cost, session: string): object => ({
  id: cost.id,
  service: cost.service,
  provider: cost.provider,
  operation: cost.operation,
  model: cost.model,
  units: cost.units === null ? null : Number(cost.units),
  unit_type: cost.unitType,
  cost_usd: cost.usd === null ? null : Number(cost.usd),
  session_id: session,
  turn_id: cost.turnId,
  cached: cost.cached,
  optimization_level: cost.optimizationLevel,
  timestamp: cost.statedAt ?? showMoment(cost.at),
  usage: cost.usage,
  metadata: cost.metadata,
});
