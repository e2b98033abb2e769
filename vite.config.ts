import { readFile } from 'node:fs/promises';
import { defineConfig, type Plugin } from 'vite';

const SERVER = process.env['EARSHOT_SERVER'] ?? 'http://localhost:8000';
const SCRIPT = '/embed/live-monitor.js';

/**
 * `/embed/live-monitor.js` is the one script, for our own page and for foreign ones. A build emits the page beside
 * it; the development server answers the script's address with its source.
 */
function ownPage(): Plugin {
  return {
    name: 'own-page',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (request.url === SCRIPT) request.url = '/embed.ts';
        next();
      });
    },
    async generateBundle() {
      const source = await readFile(new URL('client/index.html', import.meta.url), 'utf8');
      this.emitFile({ type: 'asset', fileName: 'index.html', source });
    },
  };
}

/** A tenth of the script would be the white space and the comments of its styles. */
function slimStyles(): Plugin {
  return {
    name: 'slim-styles',
    apply: 'build',
    transform(code, id) {
      if (!id.includes('/client/') || !code.includes('css`')) return null;
      return code.replace(/\bcss`([^`$]*)`/gu, (_, styles: string) => `css\`${slim(styles)}\``);
    },
  };
}

function slim(styles: string): string {
  return styles
    .replace(/\/\*[^]*?\*\//gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/ ?([{};,]) ?/gu, '$1')
    .trim();
}

export default defineConfig({
  root: 'client',
  base: './',
  plugins: [ownPage(), slimStyles()],
  // A library build leaves this to the page that uses it, and a page knows no `process`.
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    lib: { entry: 'embed.ts', formats: ['iife'], name: 'Earshot', fileName: () => SCRIPT.slice(1) },
  },
  server: { proxy: { '/graphql': { target: SERVER, ws: true }, '/webhook': SERVER } },
});
