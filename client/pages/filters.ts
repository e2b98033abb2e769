import type { FilterChip } from '../elements/conversation-list.ts';
import { type Board, type Filter, hasOlder, listed } from '../reducers/board.ts';

/** The chips above the list, in their order. */
const LABELS: Readonly<Record<Filter, string>> = {
  ALL: 'All',
  WAITING: 'Waiting',
  HELD: 'With a person',
  ACTIVE: 'Active',
  CLOSED: 'Closed',
};

export function chipsOf(board: Board): readonly FilterChip[] {
  return (Object.keys(LABELS) as Filter[]).map((filter) => ({
    filter,
    label: LABELS[filter],
    count: listed(board, filter).length,
    more: hasOlder(board, filter),
  }));
}
