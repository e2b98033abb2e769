import type { ChildProcess } from 'node:child_process';

/** One question to a child process and its answer; rejects when the child ends first. */
export function ask<T>(name: string, child: ChildProcess, question: string | object): Promise<T> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Error(`${name} ended before it answered`));
    if (!child.connected) return onClose();
    child.once('close', onClose);
    child.once('message', (answer) => {
      child.off('close', onClose);
      resolve(answer as T);
    });
    child.send(question);
  });
}
