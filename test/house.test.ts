import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/**
 * Who may import whom: a room may import from those to its right, siblings of one place never from each other.
 * The first part of a path below `server/` names its room.
 */
const order: string[][] = [
  ['main.ts'],
  ['cli.ts'],
  ['cli'],
  ['server.ts'],
  ['http.ts', 'config.ts', 'lifetime.ts'],
  ['upgrade.ts'],
  ['entrance.ts', 'refusal.ts'],
  ['request.ts'],
  ['rest', 'ingest', 'graphql'],
  ['route.ts'],
  ['live', 'watch', 'auth'],
  ['journal'],
  ['store'],
  ['domain', 'package.ts'],
];
const place = (room: string): number => order.findIndex((rooms) => rooms.includes(room));

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /\.tsx?$/u.test(name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s+\(?'(\.{1,2}\/[^']+)'/gu)].map(([, path]) =>
    relative(root, join(root, dirname(file), path!)),
  );
}

const roomOf = (file: string): string => file.split('/')[1]!;
const server = sources('server');

describe('the house', () => {
  test('every file of the server has a room', () => {
    expect(server.filter((file) => place(roomOf(file)) === -1)).toEqual([]);
  });

  test('imports go only to the right', () => {
    const breaches = server.flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith('server/') && roomOf(target) !== roomOf(file))
        .filter((target) => place(roomOf(target)) <= place(roomOf(file)))
        .map((target) => `${file} -> ${target}`),
    );
    expect(breaches).toEqual([]);
  });

  test('the database is read by doors and written by the journal alone', () => {
    const writers = server.filter((file) =>
      /prisma\.\w+\.(?:create|update|upsert|delete)|\$executeRaw|\.transact\(/u.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(writers.filter((file) => !file.startsWith('server/journal/'))).toEqual([]);
  });

  test('the domain knows no other room, and no library but those for values and for language', () => {
    const foreign = sources('server/domain').flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/from '([^'.][^']*)'/gu)].map(([, name]) => name),
    );
    const packages = new Set(foreign.map((name) => name!.split('/')[0]));
    expect(packages).toEqual(new Set(['decimal.js', 're2js', 'sentiment', 'vader-sentiment', 'zod']));
  });

  test('client and server share nothing but the schema', () => {
    const across = [...server, ...sources('client')].flatMap((file) =>
      importsOf(file)
        .filter(
          (target) => /^(?:server|client)\//u.test(target) && target.split('/')[0] !== file.split('/')[0],
        )
        .map((target) => `${file} -> ${target}`),
    );
    expect(across).toEqual([]);
  });

  test('no file imports itself by a detour', () => {
    const graph = new Map([...server, ...sources('client')].map((file) => [file, importsOf(file)]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (file: string, path: string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (path.includes(file) || done.has(file)) return;
      for (const target of graph.get(file) ?? []) walk(target, [...path, file]);
      done.add(file);
    };
    for (const file of graph.keys()) walk(file, []);
    expect(cycles).toEqual([]);
  });

  test('no source is longer than 400 lines, no test longer than 600', () => {
    const long = ['server', 'client', 'bench', 'test', 'prisma']
      .flatMap(sources)
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
      .filter(({ file, lines }) => lines > (file.startsWith('test/') ? 600 : 400));
    expect(long).toEqual([]);
  });

  test('no drawer is called utils, helpers, common, types or services', () => {
    const drawers = ['server', 'client']
      .flatMap(sources)
      .filter((file) => /\/(?:utils?|helpers?|common|types|services)[./]/u.test(file));
    expect(drawers).toEqual([]);
  });

  test('the environment is read at the entry alone', () => {
    const readers = server.filter((file) => readFileSync(join(root, file), 'utf8').includes('process.env'));
    expect(readers).toEqual(['server/main.ts']);
  });

  test('every npm script that the documents name exists', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const documents = readdirSync(root).filter((name) => name.endsWith('.md'));
    const named = documents.flatMap((name) =>
      [...readFileSync(join(root, name), 'utf8').matchAll(/npm run ([\w:]+)/gu)].map(([, script]) => script!),
    );
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});
