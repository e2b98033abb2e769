import { defineConfig } from 'prisma/config';

// Generating needs no schema engine, but the CLI looks for one and would try to download it: name any file.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
