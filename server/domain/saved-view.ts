import type { ConversationFilter } from './conversation-filter.ts';

/** A filter and a query that people of a project keep under a name. */
export type SavedView = {
  id: string;
  /** One of its kind in the project. */
  name: string;
  /** Words to look for; empty for a list of conversations. */
  query: string;
  filter: ConversationFilter;
  createdAt: string;
};
