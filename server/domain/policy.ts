import { z } from 'zod';

/** What a project has done without being asked. Null turns a rule off. */
export type Policies = {
  /** Active conversations of a channel are closed after so many minutes of silence. */
  closeChatsAfterMinutes: number | null;
  closeCallsAfterMinutes: number | null;
  /** A conversation that a person holds goes back to the bot after so many minutes of silence. */
  releaseAfterMinutes: number | null;
  /** Content is erased when it is so many days old; counts stay. */
  keepContentDays: number | null;
};

/** A call that nobody ended is over at some time; chats go on for years. */
export const defaultPolicies: Policies = {
  closeChatsAfterMinutes: null,
  closeCallsAfterMinutes: 30,
  releaseAfterMinutes: null,
  keepContentDays: null,
};

const within = (most: number): z.ZodType<number | null | undefined> => {
  const message = `must be a whole number from 1 to ${most}, or null for never`;
  return z.int({ error: message }).min(1, message).max(most, message).nullish();
};
const YEAR = 365 * 24 * 60;

/** The rules of a change: what is left out stays as it is. */
export const policyChanges = z.object({
  closeChatsAfterMinutes: within(YEAR),
  closeCallsAfterMinutes: within(YEAR),
  releaseAfterMinutes: within(YEAR),
  keepContentDays: within(36_500),
} satisfies Record<keyof Policies, z.ZodType>);

/** A change of policies; what is undefined stays as it is. */
export type PolicyChanges = { [Name in keyof Policies]?: Policies[Name] | undefined };
