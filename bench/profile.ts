import { formatTable } from './report.ts';

type Node = {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
  children?: number[];
};

/** A CPU profile as V8 gives it. */
export type Profile = { nodes: Node[]; samples: number[]; timeDeltas: number[] };

const ROWS = 30;
const idle = new Set(['(idle)', '(program)', '(root)']);

/**
 * Where a server's CPU time went: by package or folder, by function without what it calls, and by function with
 * what it calls.
 */
export function summarizeProfile(name: string, { nodes, samples, timeDeltas }: Profile): string {
  const own = new Map<number, number>();
  for (const [index, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const places = new Map<string, number>();
  const alone = new Map<string, number>();
  const together = new Map<string, number>();
  const add = (sums: Map<string, number>, key: string, time: number): void => {
    sums.set(key, (sums.get(key) ?? 0) + time);
  };

  /** Time of a node and all below it; a function that calls itself is counted once. */
  function walk(node: Node, above: ReadonlySet<string>): number {
    const { functionName, url } = node.callFrame;
    const label = labelOf(node);
    let time = idle.has(functionName) ? 0 : (own.get(node.id) ?? 0);
    if (time > 0) {
      add(places, placeOf(url, functionName), time);
      add(alone, label, time);
    }
    const path = above.has(label) ? above : new Set([...above, label]);
    for (const child of node.children ?? []) time += walk(byId.get(child)!, path);
    if (path !== above && !idle.has(functionName) && /^(?!node:)./u.test(url)) add(together, label, time);
    return time;
  }
  const busy = walk(nodes[0]!, new Set());
  const table = (title: string, spent: Map<string, number>): string =>
    formatTable(
      ['share', title],
      [...spent]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, ROWS)
        .map(([label, time]) => [`${((100 * time) / busy).toFixed(1)} %`, label]),
    );
  return [
    `\nProfile of ${name}, from its start to its end: ${(busy / 1e6).toFixed(1)} s of work`,
    table('where', places),
    table('function, without what it calls', alone),
    table('function, with what it calls (Node itself left out)', together),
  ].join('\n\n');
}

function labelOf({ callFrame: { functionName, url, lineNumber } }: Node): string {
  const line = url === '' ? '' : `:${lineNumber + 1}`;
  return `${functionName || '(anonymous)'}  ${shorten(url)}${line}`;
}

function placeOf(url: string, functionName: string): string {
  if (functionName === '(garbage collector)') return functionName;
  if (url === '') return `(native) ${functionName}`;
  if (url.startsWith('node:')) return url.replace(/^node:internal\//u, 'node:').split('/')[0]!;
  if (url.startsWith('wasm:')) return 'WebAssembly';
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/u.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  return /\/(?:dist\/)?((?:server|generated|bench)\/[^/]+)/u.exec(url)?.[1] ?? url;
}

const shorten = (url: string): string =>
  url.replace(/^.*node_modules\//u, '').replace(/^file:\/\/.*?\/(?=dist\/|server\/|bench\/)/u, '');
