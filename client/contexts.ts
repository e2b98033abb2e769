import { createContext } from '@lit/context';
import type { Connection } from './connection.ts';
import type { FrameStream } from './controllers/frames.ts';
import type { Outbox } from './controllers/outbox.ts';

/** The one connection of a page. Replaced when the endpoint or the key changes. */
export const connectionContext = createContext<Connection>(Symbol('connection'));

/** What the feed brings, for every part of the page that keeps a state of its own. */
export const framesContext = createContext<FrameStream>(Symbol('frames'));

/** The present moment in milliseconds, once a second, so that all ages on a page tick together. */
export const clockContext = createContext<number>(Symbol('clock'));

/** Who sits at the page, and what may be done there. */
export interface Operator {
  readonly name: string | null;
  /** The host page said the name: it is not asked for. */
  readonly isGiven: boolean;
  readonly mayOperate: boolean;
  readonly mayAsk: boolean;
  readonly mayErase: boolean;
  /** What was written here and is not stored yet. It outlives what shows it. */
  readonly desk: { outbox?: Outbox };
}

export const operatorContext = createContext<Operator>(Symbol('operator'));
