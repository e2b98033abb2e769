import type { NewCost } from './command.ts';
import type { Conversation } from './conversation.ts';
import { emit } from './emit.ts';
import { isSame, type Exchange, type Stated } from './exchange.ts';
import { settingOf } from './figures.ts';
import { plain, ZERO } from './pricing/decimal.ts';
import { priceCost } from './pricing/price-book.ts';
import { usageFromOpenAI } from './pricing/token-usage.ts';
import type { UsageReading } from './pricing/usage.ts';
import { costKey } from './layers.ts';
import type { State } from './state.ts';

/** Whether a call says anything that the price of its exchange depends on. */
export const tellsPrice = ({
  tokensUsed,
  model,
  repliedAt,
}: Pick<Stated, 'tokensUsed' | 'model' | 'repliedAt'>): boolean =>
  tokensUsed !== undefined || model !== undefined || repliedAt !== undefined;

/**
 * Records what the tokens of an exchange cost: one cost an exchange, brought up to date when a later call tells
 * other tokens or another model, never repeated. An exchange that reports no tokens has none.
 */
export function priceExchange(
  state: State,
  conversation: Conversation,
  exchange: Exchange,
  now: string,
): void {
  const { tokensUsed, model = null } = exchange.stated.values;
  const before = state.costs.get(
    costKey({ conversationId: conversation.id, exchange: exchange.ordinal, id: 0 }),
  );
  const reading = tokensUsed === undefined ? null : usageFromOpenAI(tokensUsed);
  const tokens = reading === null ? null : countTokens(reading);
  if (tokensUsed === undefined || (tokens === null && before === undefined)) return;
  const reply = state.messages.get(exchange.firstMessage + 1) ?? state.messages.get(exchange.firstMessage);
  const stated: NewCost = {
    turnId: null,
    service: 'llm',
    provider: null,
    operation: 'generate',
    model,
    units: tokens,
    unitType: 'tokens',
    usd: null,
    cached: false,
    optimizationLevel: null,
    usage: tokensUsed,
    statedAt: null,
    at: reply?.at ?? exchange.arrivedAt,
    metadata: {},
  };
  const at = stated.at ?? now;
  const isKnown =
    before !== undefined && isSame(before.usage, tokensUsed) && before.model === model && before.at === at;
  if (isKnown) return;
  const tableUsd = priceCost(state.prices, stated, at, reading);
  const cost = {
    ...stated,
    id: before?.id ?? state.project.lastCost + 1,
    conversationId: conversation.id,
    exchange: exchange.ordinal,
    usd: tableUsd,
    tableUsd,
    at,
    createdAt: before?.createdAt ?? now,
    setting: settingOf(state.figures.get(conversation.id), conversation.platform, {}),
  };
  emit(state, now, { kind: 'CostRecorded', conversation, cost });
}

/** All tokens of a usage; null when it tells of none. */
function countTokens(reading: UsageReading): string | null {
  if ('faults' in reading) return null;
  const counts = Object.values(reading.usage);
  return counts.length === 0 ? null : plain(counts.reduce((sum, it) => sum.plus(it), ZERO));
}
