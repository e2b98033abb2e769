import type { Answer, Viewing } from './command.ts';
import { emit, nothing } from './emit.ts';
import { ConflictError, NotFoundError } from './errors.ts';
import { isSame } from './exchange.ts';
import type { State } from './state.ts';
import type { SavedView } from './saved-view.ts';

/** A project has so many views at most. */
const MOST = 100;

/** Saves and removes views. */
export function decideView(state: State, command: Viewing, now: string): Answer {
  if (command.kind === 'removeView') {
    const view = find(state, command.id);
    emit(state, now, { kind: 'ViewRemoved', view });
    return { ...nothing, recorded: { view } };
  }
  const others = viewsOf(state).filter(({ id }) => id !== command.view.id);
  const before = command.isNew ? undefined : find(state, command.view.id);
  if (others.some(({ name }) => name === command.view.name)) {
    throw new ConflictError(`There is a view "${command.view.name}" already. Choose another name.`);
  }
  if (before === undefined && others.length >= MOST) {
    throw new ConflictError(`A project has at most ${MOST} views. Remove one first.`);
  }
  const view = { ...command.view, createdAt: before?.createdAt ?? now };
  if (!isSame(before, view)) emit(state, now, { kind: 'ViewSaved', view });
  return { ...nothing, recorded: { view } };
}

const viewsOf = (state: State): SavedView[] =>
  [...state.views.values()].flatMap(({ view, isRemoved }) => (isRemoved === true ? [] : [view]));

function find(state: State, id: string): SavedView {
  const view = viewsOf(state).find((it) => it.id === id);
  if (view === undefined) throw new NotFoundError('There is no such view in this project.');
  return view;
}
