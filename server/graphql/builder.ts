import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { GraphQLScalarType } from 'graphql';
import { DateTimeISOResolver, JSONObjectResolver, SafeIntResolver } from 'graphql-scalars';
import type { Scope } from '../domain/key.ts';
import type { JsonObject } from '../domain/value.ts';
import type { Context } from './context.ts';
import { forbidden } from './errors.ts';

type SchemaTypes = {
  Context: Context;
  AuthScopes: Record<Scope, boolean>;
  Scalars: {
    DateTime: { Input: Date; Output: Date | string };
    JSONObject: { Input: JsonObject; Output: JsonObject };
    SafeInt: { Input: number; Output: number };
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
    unauthorizedError: (_parent, _context, info) => forbidden(info),
  },
  errors: { directResult: true, defaultTypes: [] },
  relay: {
    cursorType: 'String',
    clientMutationId: 'omit',
    nodesQueryOptions: false,
    nodesOnConnection: true,
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
builder.addScalarType(
  'DateTime',
  described(DateTimeISOResolver, 'A moment in ISO 8601, in UTC with milliseconds.'),
);
builder.addScalarType('JSONObject', described(JSONObjectResolver, 'A JSON object.'));
builder.addScalarType('SafeInt', described(SafeIntResolver, 'A whole number up to 2^53 - 1.'));
