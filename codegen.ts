import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import { printedSchema } from './server/graphql/print.ts';

/** Prints the schema, then turns the client's `.graphql` documents into typed documents, checked against it. */
const SCHEMA = 'schema.graphql';
const DOCUMENTS = 'client';
const OUTPUT = 'generated/client/graphql.ts';

const printed = printedSchema();
if (printed !== (await readFile(SCHEMA, 'utf8').catch(() => ''))) await writeFile(SCHEMA, printed);

const files = (await readdir(DOCUMENTS, { recursive: true }))
  .filter((name) => name.endsWith('.graphql'))
  .sort();
const documents = await Promise.all(
  files.map(async (name) => {
    const location = join(DOCUMENTS, name);
    return { location, document: parse(await readFile(location, 'utf8')) };
  }),
);

const code = await codegen({
  filename: OUTPUT,
  schema: parse(printed),
  documents,
  config: {
    documentMode: 'documentNode',
    documentNodeImport: '@urql/core#TypedDocumentNode',
    optimizeDocumentNode: true,
    enumType: 'string-literal',
    useTypeImports: true,
    immutableTypes: true,
    scalars: { DateTime: 'string', JSONObject: 'Readonly<Record<string, unknown>>', SafeInt: 'number' },
  },
  plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
  pluginMap: { typescriptOperations, typedDocumentNode },
});

await mkdir(dirname(OUTPUT), { recursive: true });
await writeFile(OUTPUT, code);
