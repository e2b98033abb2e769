import type { Entry } from './lexicon.ts';
import { readPassage, type Passage, type Token } from './tokens.ts';

/** How far back a word looks for what turns or strengthens it. */
const WINDOW = 3;
/** "not good" is less bad than "bad". */
const NEGATED_PRAISE = -0.74;
/** "not bad" is far from "good". */
const NEGATED_COMPLAINT = -0.3;
const LOUDNESS = 0.8;
const EXCLAMATION = 0.45;
const MOST_EXCLAMATIONS = 4;
const BEFORE_CONTRAST = 0.4;
const AFTER_CONTRAST = 1.2;
/** Who asks whether something is good has not said so. */
const QUESTION = 0.8;
/** A feeling counts less among many words, yet two feelings in twice the words count more than one. */
const DILUTION = 0.45;
/** Below so many words none is diluted. */
const SHORTEST = 4;
/** How soon the score approaches 1: the larger, the later. */
const SPREAD = 3;

/** What the words before it make of a feeling: stronger, weaker, or the opposite. */
function inContext(tokens: Token[], at: number, isMixed: boolean): number {
  const { entry, isLoud } = tokens[at]!;
  let strength = isLoud && isMixed ? LOUDNESS : 0;
  let isNegated = false;
  for (let back = at - 1; back >= Math.max(0, at - WINDOW); back -= 1) {
    const { kind, entry: earlier } = tokens[back]!;
    if (kind !== 'word' || earlier.isContrast) break;
    strength += earlier.degree;
    isNegated ||= earlier.isNegator;
  }
  const valence = entry.valence + Math.sign(entry.valence) * strength;
  if (!isNegated) return valence;
  return valence * (valence > 0 ? NEGATED_PRAISE : NEGATED_COMPLAINT);
}

/** Whether a word that has a feeling only serves the next one: "pretty bad", "no fun", "too" at the end. */
function isServant(entry: Entry, next: Token | undefined): boolean {
  const follows = next?.kind === 'word';
  if (entry.isExcess) return !follows;
  return (entry.isNegator || entry.degree !== 0) && follows && next.entry.valence !== 0;
}

/** The feelings of a passage added up; what follows the last "but" weighs more than what came before. */
function sum({ tokens, hasMixedCase, english }: Passage): number {
  let before = 0;
  let after = 0;
  let isTurned = false;
  for (let at = 0; at < tokens.length; at += 1) {
    const { kind, entry } = tokens[at]!;
    if (entry.isContrast) {
      before += after;
      after = 0;
      isTurned = true;
    }
    if (entry.valence === 0 || (kind === 'word' && english < 0)) continue;
    if (kind === 'face') after += entry.valence;
    else if (!isServant(entry, tokens[at + 1])) after += inContext(tokens, at, hasMixedCase);
  }
  return isTurned ? before * BEFORE_CONTRAST + after * AFTER_CONTRAST : after;
}

/**
 * How positive or negative a text feels, −1 to 1, and 0 when nothing in it is known. English words count, emoji and
 * emoticons in every language.
 */
export function sentimentOf(text: string): number {
  const passage = readPassage(text);
  const feeling = sum(passage);
  if (feeling === 0) return 0;
  const emphasis = Math.min(passage.exclamations, MOST_EXCLAMATIONS) * EXCLAMATION;
  const emphatic = feeling + Math.sign(feeling) * emphasis;
  const diluted = emphatic / Math.max(passage.words, SHORTEST) ** DILUTION;
  const score = (diluted / Math.sqrt(diluted * diluted + SPREAD)) * (passage.hasQuestion ? QUESTION : 1);
  return Math.round(score * 10_000) / 10_000 + 0;
}
