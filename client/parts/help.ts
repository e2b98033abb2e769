import { ShortcutList } from '../elements/shortcut-list.ts';

/** The list of keys; loaded when somebody asks for it. */
export const elements = { 'shortcut-list': ShortcutList };
