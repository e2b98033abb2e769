#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/server/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  console.error('earshot: it has not been built yet. Run: npm run build');
  process.exitCode = 1;
}
