import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import bundled from '@sparticuz/chromium';

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** What Playwright needs to launch a browser that is not its own download. */
export interface Chromium {
  executablePath: string;
  args: string[];
}

/**
 * Finds a Chromium: `CHROMIUM_PATH`, else one on the PATH, else the one that npm carries, which is unpacked into
 * the temporary directory on first use.
 */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<Chromium> {
  const installed = env['CHROMIUM_PATH'] ?? onPath(env['PATH'] ?? '');
  if (installed) return { executablePath: installed, args: sandbox() };
  bundled.setGraphicsMode = false;
  return { executablePath: await bundled.executablePath(), args: [...sandbox(), '--disable-gpu'] };
}

/** Chromium refuses to run as root with its sandbox. Nothing here weakens CORS or CSP: both are under test. */
function sandbox(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

function onPath(path: string): string | undefined {
  const candidates = path
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => SYSTEM_NAMES.map((name) => join(folder, name)));
  return candidates.find(executable);
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
