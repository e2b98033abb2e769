import { readFile } from 'node:fs/promises';
import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite';

const SERVER = process.env['EARSHOT_SERVER'] ?? 'http://localhost:8000';
const SCRIPT = '/embed/live-monitor.js';
/** What that script loads on demand, each from `client/parts/` and as a file beside it. */
const PARTS = [
  'insights',
  'figures',
  'chart',
  'feedback',
  'desk',
  'calls',
  'search',
  'alerts',
  'sources',
  'empty',
  'help',
];
const SHARED = new URL('client/shared.ts', import.meta.url).pathname;

/**
 * `/embed/live-monitor.js` is the one script that a page includes, ours and foreign ones. A build emits the page beside
 * it; the development server answers the addresses of scripts with their sources.
 */
function ownPage(): Plugin {
  return {
    name: 'own-page',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const part = PARTS.find((name) => request.url?.split('?')[0] === `/embed/${name}.js`);
        if (request.url === SCRIPT) request.url = '/embed.ts';
        else if (part) request.url = `/parts/${part}.ts`;
        next();
      });
    },
    async generateBundle() {
      if (this.environment.name !== 'core') return;
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

/**
 * A part is a module that exports one function of what the first script shares with it. It is built as a script that
 * finds all that `client/shared.ts` names in one global, which is then made the parameter of that function.
 */
function onDemand(): Plugin {
  /** The names that each shared module is known to give. */
  const shared = new Map<string, readonly string[]>();
  return {
    name: 'on-demand',
    enforce: 'pre',
    apply: 'build',
    applyToEnvironment: ({ name }) => PARTS.includes(name),
    async buildStart() {
      const text = await readFile(SHARED, 'utf8');
      for (const [, list, path] of text.matchAll(/export \{([^}]*)\} from '([^']*)'/gu)) {
        const module = await this.resolve(path!, SHARED, { skipSelf: true });
        shared.set(module!.id, namesIn(list!));
      }
    },
    async resolveId(source, importer, options) {
      if (!importer) return null;
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      return resolved && shared.has(resolved.id) ? { id: resolved.id, external: true } : resolved;
    },
    async transform(code, importer) {
      for (const [, list, source] of code.matchAll(/^import \{([^}]*)\} from '([^']*)'/gmu)) {
        const known = shared.get((await this.resolve(source!, importer, { skipSelf: true }))?.id ?? '');
        const missing = known && namesIn(list!).filter((name) => !known.includes(name));
        if (missing?.length)
          this.error(`client/shared.ts does not give ${missing.join(', ')} to ${importer}`);
      }
      return null;
    },
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = `export default Earshot=>{${chunk.code}return Part}`;
      }
    },
  };
}

/** The values in a list of imports or exports; types are gone when a page runs. */
function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name && !name.startsWith('type '));
}

/** In the POSIX locale a browser has a language of a name that no standard knows, and the chart library would fail. */
function anyLanguage(): Plugin {
  return {
    name: 'any-language',
    apply: 'build',
    transform: (code, id) =>
      id.includes('/uplot/') ? code.replace("domEnv ? nav.language : 'en-US'", 'undefined') : null,
  };
}

function script(entry: string, file: string, name: string): EnvironmentOptions {
  return {
    consumer: 'client',
    // A library build leaves this to the page that uses it, and a page knows no `process`.
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: '../dist/client',
      emptyOutDir: entry === 'embed.ts',
      copyPublicDir: entry === 'embed.ts',
      target: 'es2022',
      sourcemap: false,
      lib: { entry, formats: ['iife'], name, fileName: () => file },
      rolldownOptions: { output: { globals: () => 'Earshot' } },
    },
  };
}

export default defineConfig({
  root: 'client',
  base: './',
  plugins: [ownPage(), slimStyles(), onDemand(), anyLanguage()],
  environments: {
    core: script('embed.ts', SCRIPT.slice(1), 'Earshot'),
    ...Object.fromEntries(
      PARTS.map((name) => [name, script(`parts/${name}.ts`, `embed/${name}.js`, 'Part')]),
    ),
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['core', ...PARTS]) await builder.build(builder.environments[name]!);
    },
  },
  server: { proxy: { '/graphql': { target: SERVER, ws: true }, '/webhook': SERVER } },
});
