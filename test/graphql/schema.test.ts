import { isObjectType, isInputObjectType, isInterfaceType, isEnumType, type GraphQLNamedType } from 'graphql';
import { expect, test } from 'vitest';
import { printedSchema } from '../../server/graphql/print.ts';
import { schema } from '../../server/graphql/schema.ts';

test('schema.graphql is what the server serves', async () => {
  await expect(printedSchema()).toMatchFileSnapshot('../../schema.graphql');
});

test('every type, field, argument and value is described', () => {
  // The relay plugin leaves no room to describe these two.
  const silent = /^(?:\w+Connection\.nodes|Query\.node\(id\))$/u;
  const ours = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const undescribed = ours.flatMap((type) => missingIn(type));
  expect(undescribed.filter((name) => !silent.test(name))).toEqual([]);
});

function missingIn(type: GraphQLNamedType): string[] {
  const missing: string[] = [];
  const note = (name: string, description: string | null | undefined): void => {
    if (!description) missing.push(name);
  };
  if (/^(?:String|Boolean|Int|Float|ID)$/u.test(type.name)) return [];
  note(type.name, type.description);
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      note(`${type.name}.${field.name}`, field.description);
      if (!('args' in field)) continue;
      for (const argument of field.args)
        note(`${type.name}.${field.name}(${argument.name})`, argument.description);
    }
  }
  if (isEnumType(type))
    for (const value of type.getValues()) note(`${type.name}.${value.name}`, value.description);
  return missing;
}
