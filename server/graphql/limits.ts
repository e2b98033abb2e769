import {
  Kind,
  parse,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type SelectionSetNode,
} from 'graphql';
import { codedError } from './errors.ts';

/**
 * What one document may ask for. Validation compares fields pairwise, so that a few kilobytes of nested
 * fragments can cost minutes: size is limited before it runs, not after.
 */
export const limits = {
  tokens: 2000,
  depth: 15,
  /** Fields after every fragment is written out, aliases and `__typename` included. */
  fields: 1000,
  /** Fields under another name than their own. */
  aliases: 60,
  directives: 50,
} as const;

/** Parses a document within the limits; throws a GraphQLError that names the one that it breaks. */
export function parseWithinLimits(source: string): DocumentNode {
  const document = parseTokens(source);
  const breach = findBreach(document);
  if (breach !== null) throw breach;
  return document;
}

function parseTokens(source: string): DocumentNode {
  try {
    return parse(source, { maxTokens: limits.tokens });
  } catch (error) {
    if (!/tokens\. Parsing aborted/u.test(String(error))) throw error;
    throw exceeded('tokens');
  }
}

const exceeded = (name: keyof typeof limits): GraphQLError =>
  codedError('LIMIT_EXCEEDED', `The document has more than ${limits[name]} ${name}. Ask for less at a time.`);

type Measure = { depth: number; fields: number; aliases: number; directives: number };
const nothing: Measure = { depth: 0, fields: 0, aliases: 0, directives: 0 };

function findBreach(document: DocumentNode): GraphQLError | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Measure | 'open'>();
  for (const definition of document.definitions) {
    if (!('selectionSet' in definition)) continue;
    const measure = measureSelections(definition.selectionSet, fragments, measured);
    for (const name of Object.keys(measure) as (keyof Measure)[]) {
      if (measure[name] > limits[name]) return exceeded(name);
    }
  }
  return null;
}

/** Each fragment is measured once, so that a document of n tokens costs n steps whatever its fragments do. */
function measureSelections(
  { selections }: SelectionSetNode,
  fragments: Map<string, FragmentDefinitionNode>,
  measured: Map<string, Measure | 'open'>,
): Measure {
  let total = nothing;
  for (const selection of selections) {
    const directives = selection.directives?.length ?? 0;
    let inner = nothing;
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      inner = measureFragment(selection.name.value, fragments, measured);
    } else if (selection.selectionSet !== undefined) {
      inner = measureSelections(selection.selectionSet, fragments, measured);
    }
    // Nested inline fragments count as depth too: what validation does with them grows with it.
    const isNested = selection.kind !== Kind.FRAGMENT_SPREAD;
    total = {
      depth: Math.max(total.depth, inner.depth + (isNested ? 1 : 0)),
      fields: total.fields + inner.fields + (selection.kind === Kind.FIELD ? 1 : 0),
      aliases: total.aliases + inner.aliases + (selection.kind === Kind.FIELD && selection.alias ? 1 : 0),
      directives: total.directives + inner.directives + directives,
    };
  }
  return total;
}

function measureFragment(
  name: string,
  fragments: Map<string, FragmentDefinitionNode>,
  measured: Map<string, Measure | 'open'>,
): Measure {
  const known = measured.get(name);
  // A cycle, or a fragment that is not there, is left to validation.
  if (known === 'open') return nothing;
  if (known !== undefined) return known;
  const fragment = fragments.get(name);
  if (fragment === undefined) return nothing;
  measured.set(name, 'open');
  const measure = measureSelections(fragment.selectionSet, fragments, measured);
  measured.set(name, measure);
  return measure;
}
