import { fork } from 'node:child_process';
import { join } from 'node:path';
import { ask } from './ask.ts';

/** Requests for one server, sent over so many connections for so long. */
export type Load = {
  port: number;
  path: string;
  headers: Record<string, string>;
  /**
   * Bodies taken in turn. In them `{{id}}` stands for an id that no other request has, and `{{group}}` for one
   * that eight requests in a row of one connection share.
   */
  bodies: string[];
  connections: number;
  milliseconds: number;
  /** Distinguishes the ids of this load; four characters. */
  run: string;
  /** Every answer must hold this. */
  expects: string;
};

/** What became of a load. Requests that were under way at its end are waited for. */
export type Loaded = {
  acknowledged: number;
  /** Answers that were not the expected one, and one of them. */
  failed: number;
  firstFailure: string | null;
  seconds: number;
  /** Time to an answer, in ms. */
  p50: number;
  p99: number;
  /** CPU time of the generator, in µs. */
  cpu: number;
};

/** Generates load in a process of its own. */
export type LoadGenerator = Disposable & { run(load: Load): Promise<Loaded> };

export function startLoadGenerator(): LoadGenerator {
  const child = fork(join(import.meta.dirname, 'load-process.ts'), { execArgv: ['--import', 'tsx'] });
  return {
    run: (load) => ask('the load generator', child, load),
    [Symbol.dispose]() {
      child.kill();
    },
  };
}
