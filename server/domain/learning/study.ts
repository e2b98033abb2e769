import type { Command } from '../command.ts';
import type { Analysis } from '../fact.ts';
import { lessonsOf } from './lessons.ts';
import { sentimentOf } from './sentiment.ts';
import { topicsOf } from './topics.ts';
import { sentencesOf } from './utterance.ts';

/** What a user's words tell, from the words alone. */
export function study(text: string): Analysis {
  return { sentiment: sentimentOf(text), topics: topicsOf(sentencesOf(text), []), lessons: null };
}

/** The command with what its user's words tell, so that nobody has to think while the log is locked. */
export function studied(command: Command): Command {
  if (command.kind === 'logMessage' && command.sender === 'USER') {
    const { text } = command;
    if (command.endUserId === undefined) return { ...command, analysis: study(text) };
    return { ...command, analysis: { sentiment: sentimentOf(text), ...lessonsOf(text) } };
  }
  if (command.kind === 'logSegment' && !command.isPartial && command.sentiment === null) {
    return { ...command, sentiment: sentimentOf(command.text) };
  }
  if (command.kind === 'logExchange' && command.stated.userMessage !== undefined) {
    return { ...command, analysis: study(command.stated.userMessage) };
  }
  return command;
}
