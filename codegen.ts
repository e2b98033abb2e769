import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import { printedSchema } from './server/graphql/print.ts';

/** Prints the schema, then turns `.graphql` documents into typed documents, checked against it. */
const SCHEMA = 'schema.graphql';

const printed = printedSchema();
if (printed !== (await readFile(SCHEMA, 'utf8').catch(() => ''))) await writeFile(SCHEMA, printed);

await generate('client', 'generated/client/graphql.ts', {
  documentMode: 'documentNode',
  documentNodeImport: '@urql/core#TypedDocumentNode',
  optimizeDocumentNode: true,
});
// The SDK sends its documents as they are: texts need no library that knows GraphQL.
await generate('sdk/typescript', 'sdk/typescript/generated/graphql.ts', { documentMode: 'string' });

async function generate(folder: string, output: string, config: Record<string, unknown>): Promise<void> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.graphql'));
  const documents = await Promise.all(
    files.toSorted().map(async (name) => {
      const location = join(folder, name);
      return { location, document: parse(await readFile(location, 'utf8')) };
    }),
  );
  const code = await codegen({
    filename: output,
    schema: parse(printed),
    documents,
    config: {
      enumType: 'string-literal',
      useTypeImports: true,
      immutableTypes: true,
      scalars: {
        DateTime: 'string',
        Decimal: 'string',
        JSONObject: 'Readonly<Record<string, unknown>>',
        SafeInt: 'number',
      },
      ...config,
    },
    plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
    pluginMap: { typescriptOperations, typedDocumentNode },
  });
  await mkdir(dirname(output), { recursive: true });
  await writeFile(output, code);
}
