import { ConflictError, HeldByOtherError, InvalidInputError, NotFoundError } from '../domain/errors.ts';
import { builder } from './builder.ts';

const ErrorInterface = builder.interfaceRef<Error>('Error').implement({
  description: 'A refusal that the caller can act on. Nothing was stored.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'What is wrong and what to do.' }) }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'A field of the input breaks a rule.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    field: t.exposeString('field', { description: 'The field, as a path from the input.' }),
  }),
});
builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'No such thing in this project.',
  interfaces: [ErrorInterface],
});
builder.objectType(ConflictError, {
  name: 'ConflictError',
  description:
    'It cannot be done as things stand: an id or idempotency key was used before with other content, or a conversation is closed.',
  interfaces: [ErrorInterface],
});
builder.objectType(HeldByOtherError, {
  name: 'HeldByOtherError',
  description: 'Somebody else holds the conversation.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    operator: t.exposeString('operator', { description: 'Name of who holds it.' }),
  }),
});
