import type { Message } from '../reducers/thread.ts';

const SPEAKER = { USER: 'User', BOT: 'Bot', HUMAN: 'Person', SYSTEM: 'Note' } as const;

/** Whose words these are: a person's by name, where the name is known. */
export function speakerOf({ sender, metadata }: Message): string {
  const operator = sender === 'HUMAN' ? metadata['operator'] : null;
  return typeof operator === 'string' && operator ? operator : SPEAKER[sender];
}
