import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Json, JsonObject } from '../../domain/value.ts';

export type Item = Record<string, AttributeValue>;

/** A row of DynamoDB as JSON; bytes are left out. */
export function plainItem(item: Item): JsonObject {
  const fields = Object.entries(item).map(([name, value]) => [name, plain(value)] as const);
  return Object.fromEntries(fields.filter((field): field is [string, Json] => field[1] !== undefined));
}

function plain(value: AttributeValue): Json | undefined {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.M !== undefined) return plainItem(value.M);
  if (value.SS !== undefined) return value.SS;
  if (value.NS !== undefined) return value.NS.map(Number);
  return value.L?.flatMap((it) => plain(it) ?? []);
}
