/** What a person can do about the conversation that is open. */
export type DeskAction = 'ask' | 'notes' | 'release' | 'reply' | 'take';

export const DESK_KEYS: Readonly<Record<string, DeskAction>> = {
  a: 'ask',
  b: 'release',
  n: 'notes',
  r: 'reply',
  t: 'take',
};
