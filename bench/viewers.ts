import { fork } from 'node:child_process';
import { join } from 'node:path';
import { ask } from './ask.ts';

/** How viewers of a contestant follow it. */
export type Protocol =
  /** graphql-transport-ws on /graphql, all with one document. */
  | 'graphql'
  /** Socket.IO over a WebSocket. */
  | 'socket.io'
  /** A plain WebSocket on /. */
  | 'plain';

/** What the process of the viewers is asked to do. */
export type Order =
  /** Opens as many viewers as are missing to `count`. */
  | { kind: 'open'; port: number; protocol: Protocol; count: number; headers: Record<string, string> }
  /** Sends events as fast as they arrive: at most `window` of them are on their way at any time. */
  | { kind: 'press'; window: number; milliseconds: number }
  /** Sends events at a steady rate. */
  | { kind: 'pace'; rate: number; milliseconds: number }
  | { kind: 'close' };

/** What came of an order; every event has arrived at every viewer. */
export type Delivered = {
  events: number;
  deliveries: number;
  /** WebSocket frames that carried them. */
  frames: number;
  seconds: number;
  /** From sending an event to its arrival at a viewer, in ms. */
  p50: number;
  p99: number;
  /** Size of one frame in bytes, on average. */
  frameBytes: number;
  /** CPU time of the viewers, in µs. */
  cpu: number;
};

/** Viewers in a process of their own, which also sends the events that they wait for. */
export type Viewers = Disposable & { order(order: Order): Promise<Delivered> };

export function startViewers(): Viewers {
  const child = fork(join(import.meta.dirname, 'viewers-process.ts'), { execArgv: ['--import', 'tsx'] });
  return {
    async order(order) {
      const answer = await ask<Delivered | { error: string }>('the process of the viewers', child, order);
      if ('error' in answer) throw new Error(answer.error);
      return answer;
    },
    [Symbol.dispose]() {
      child.kill();
    },
  };
}
