import type { z } from 'zod';
import { InvalidInputError } from '../domain/errors.ts';

/** An input as its schema reads it; throws an InvalidInputError that names the field below `path`. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, path = 'input'): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = [path, ...issue.path].join('.');
  throw new InvalidInputError(field, `${field} ${issue.message}.`);
}
