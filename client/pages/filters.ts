import type { ConversationFilter } from '../../generated/client/graphql.ts';
import type { FilterChip } from '../elements/conversation-list.ts';
import { type Board, type Filter, hasOlder, listed } from '../reducers/board.ts';

/** The chips above the list, in their order, and what each asks the server for. */
const FILTERS: Readonly<Record<Filter, readonly [label: string, asked: ConversationFilter | null]>> = {
  ALL: ['All', null],
  WAITING: ['Waiting', { owner: 'PENDING' }],
  HELD: ['With a person', { owner: 'HUMAN' }],
  ACTIVE: ['Active', { status: 'ACTIVE' }],
  CLOSED: ['Closed', { status: 'CLOSED' }],
};

export function askedBy(filter: Filter): ConversationFilter | null {
  return FILTERS[filter][1];
}

export function chipsOf(board: Board): readonly FilterChip[] {
  return (Object.keys(FILTERS) as Filter[]).map((filter) => ({
    filter,
    label: FILTERS[filter][0],
    count: listed(board, filter).length,
    more: hasOlder(board, filter),
  }));
}
