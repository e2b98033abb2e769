import { EmptyBoard } from '../elements/empty-board.ts';

/** What shows how to begin; loaded where nothing was said yet. */
export const elements = { 'empty-board': EmptyBoard };
