import { startProcess, type ServerProcess } from '../support/process.ts';

/** Runs an operation of GraphQL at a server. */
async function ask(url: string, query: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
  });
  return response.json();
}

/**
 * A server in a process of its own that was set up by a mutation, and then killed several times with forty others
 * under way; `say` makes one of them, by its number. The server that came last goes on.
 */
export async function killAgain(
  env: Record<string, string>,
  { setUp, say, kills }: { setUp: string; say: (number: number) => string; kills: number },
): Promise<ServerProcess> {
  let server = await startProcess(env);
  await ask(server.url, setUp);
  let said = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const calls = Array.from({ length: 40 }, () => ask(server.url, say((said += 1))).catch(() => null));
    await Promise.race(calls.slice(20));
    server.child.kill('SIGKILL');
    await Promise.all([server.exited, ...calls]);
    server = await startProcess(env);
  }
  return server;
}
