import type { Command } from '../command.ts';
import type { Analysis } from '../fact.ts';
import { lessonsOf } from './lessons.ts';
import { sentimentOf } from './sentiment.ts';

/** What a user's words tell, from the words alone. */
export function study(text: string): Analysis {
  return { sentiment: sentimentOf(text), ...lessonsOf(text) };
}

/** The command with what its user's words tell, so that nobody has to think while the log is locked. */
export function studied(command: Command): Command {
  if (command.kind === 'logMessage' && command.sender === 'USER') {
    return { ...command, analysis: study(command.text) };
  }
  if (command.kind === 'logExchange' && command.stated.userMessage !== undefined) {
    return { ...command, analysis: study(command.stated.userMessage) };
  }
  return command;
}
