import { confidences, confidenceOf, type Category, type Confidence, type Fact } from './fact.ts';

/** Which facts are meant; what is left out does not matter. */
export type FactFilter = {
  categories?: readonly Category[] | null | undefined;
  /** The least confidence. */
  minConfidence?: Confidence | null | undefined;
};

/** The facts that a filter means, in their order. */
export function selectFacts(facts: Fact[], { categories, minConfidence }: FactFilter): Fact[] {
  const least = confidences.indexOf(minConfidence ?? 'LOW');
  return facts
    .filter(({ category }) => categories == null || categories.includes(category))
    .filter((fact) => confidences.indexOf(confidenceOf(fact)) >= least);
}

const rank = { HIGH: 2, MEDIUM: 1, LOW: 0 };

/** The surest facts first; of equally sure ones those with more proofs, then the later said. */
export function bySureness(left: Fact, right: Fact): number {
  return (
    rank[confidenceOf(right)] - rank[confidenceOf(left)] ||
    right.evidence - left.evidence ||
    (right.lastSaidAt < left.lastSaidAt ? -1 : right.lastSaidAt > left.lastSaidAt ? 1 : right.id - left.id)
  );
}

/** A fact as a sentence about the user. */
const sentence = ({ value }: Fact): string => `User ${value.charAt(0).toLowerCase()}${value.slice(1)}`;

const SUGGESTIONS = 5;

/** What a bot may bear in mind, from facts in order of sureness. */
export const suggestionsOf = (facts: Fact[]): string[] => facts.slice(0, SUGGESTIONS).map(sentence);

/** So long may the text for a prompt be, in characters. */
export const CONTEXT_LENGTH = 1500;
const heading = 'What is known about the user, most certain first:';

/** What is known as a text that a prompt can take as it is; empty when nothing is. Facts are given in order of sureness. */
export function contextOf(facts: Fact[]): string {
  if (facts.length === 0) return '';
  const lines: string[] = [];
  let length = heading.length;
  for (const fact of facts) {
    // One line a fact, whatever it holds, so that nobody's words can look like instructions of their own.
    const line = `- ${sentence(fact).replaceAll(/\s+/gu, ' ')} (${confidenceOf(fact).toLowerCase()} confidence)`;
    if (length + 1 + line.length > CONTEXT_LENGTH) break;
    lines.push(line);
    length += 1 + line.length;
  }
  return [heading, ...lines].join('\n');
}
