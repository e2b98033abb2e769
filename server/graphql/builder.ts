import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { GraphQLError, GraphQLScalarType } from 'graphql';
import { DateTimeISOResolver, JSONObjectResolver, SafeIntResolver } from 'graphql-scalars';
import type { Scope } from '../domain/key.ts';
import { parseMoment, type JsonObject } from '../domain/value.ts';
import type { Context } from './context.ts';
import { forbidden } from './errors.ts';

type SchemaTypes = {
  Context: Context;
  AuthScopes: Record<Scope, boolean>;
  Scalars: {
    DateTime: { Input: Date; Output: Date | string };
    JSONObject: { Input: JsonObject; Output: JsonObject };
    SafeInt: { Input: number; Output: number };
    Decimal: { Input: string; Output: string };
  };
  DefaultFieldNullability: false;
};

/** The schema builder. It knows no type of ours: each noun's file brings its own. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, ScopeAuthPlugin, RelayPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: ({ caller }) => ({
      ingest: caller.scopes.has('ingest'),
      read: caller.scopes.has('read'),
      operate: caller.scopes.has('operate'),
      admin: caller.scopes.has('admin'),
    }),
    authorizeOnSubscribe: true,
    unauthorizedError: (_parent, _context, info, result) => forbidden(info, result),
  },
  errors: { directResult: true, defaultTypes: [] },
  relay: {
    cursorType: 'String',
    clientMutationId: 'omit',
    nodesOnConnection: true,
    nodesQueryOptions: false,
    nodeQueryOptions: {
      description: 'Anything that has a global id; null when this project has no such thing.',
    },
    nodeTypeOptions: { description: 'Anything that has a global id.' },
    idFieldOptions: { description: 'Global id, opaque.' },
    pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
    hasNextPageFieldOptions: { description: 'Whether more follows.' },
    hasPreviousPageFieldOptions: { description: 'Whether more comes before.' },
    startCursorFieldOptions: { description: 'Cursor of the first entry of the page.' },
    endCursorFieldOptions: { description: 'Cursor of the last entry of the page.' },
    defaultConnectionTypeOptions: { description: 'A page of a list.' },
    defaultEdgeTypeOptions: { description: 'An entry of a list and its place there.' },
    edgesFieldOptions: { description: 'Entries with their cursors.' },
    nodesFieldOptions: { description: 'Entries alone.' },
    pageInfoFieldOptions: { description: 'Where the page lies in the list.' },
    cursorFieldOptions: { description: 'Place of the entry, for after and before.' },
    nodeFieldOptions: { description: 'The entry.' },
    firstArgOptions: { description: 'So many from the beginning.' },
    afterArgOptions: { description: 'Only what comes behind this cursor.' },
    lastArgOptions: { description: 'So many from the end.' },
    beforeArgOptions: { description: 'Only what comes in front of this cursor.' },
  },
});

builder.queryType({ description: 'What is known now.' });
builder.mutationType({ description: 'Everything that changes something; each resolves after it is stored.' });
builder.subscriptionType({ description: 'What happens from now on, or since a cursor.' });

const described = (scalar: GraphQLScalarType, description: string): GraphQLScalarType => {
  scalar.description = description;
  scalar.specifiedByURL = null;
  return scalar;
};
/** Beyond the years 0001 to 9999 no database keeps a moment. */
function storable(moment: Date): Date {
  if (parseMoment(moment.toISOString()) !== null) return moment;
  throw new GraphQLError('DateTime must lie in the years 0001 to 9999.');
}
builder.addScalarType(
  'DateTime',
  new GraphQLScalarType<Date, Date | string>({
    ...DateTimeISOResolver.toConfig(),
    description: 'A moment in ISO 8601, in UTC with milliseconds; the years 0001 to 9999.',
    specifiedByURL: null,
    parseValue: (value) => storable(DateTimeISOResolver.parseValue(value)),
    parseLiteral: (literal, variables) => storable(DateTimeISOResolver.parseLiteral(literal, variables)),
  }),
);
builder.addScalarType('JSONObject', described(JSONObjectResolver, 'A JSON object.'));
builder.addScalarType('SafeInt', described(SafeIntResolver, 'A whole number up to 2^53 - 1.'));
builder.addScalarType(
  'Decimal',
  new GraphQLScalarType<string, string>({ name: 'Decimal', description: 'An exact decimal, as text.' }),
);
