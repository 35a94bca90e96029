/** Bundles what AWS runs into dist/functions, and with `--package` what npm publishes beside it. `--out DIR`: elsewhere. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { prebuildRules } from './prebuild-rules.ts';

const FUNCTIONS = ['collect', 'detect', 'notify', 'api'];

const BASE: BuildOptions = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };

/** CommonJS with packages' ES modules preferred starts fastest (docs/adr/0004-node-24-arm64-commonjs-bundles.md). */
const FOR_LAMBDA: BuildOptions = {
  ...BASE,
  format: 'cjs',
  mainFields: ['module', 'main'],
  define: { 'import.meta.dirname': '__dirname' },
  minify: true,
  legalComments: 'none',
  plugins: [dropUnused('yaml'), loadRe2Late()],
  external: ['./re2js.js'],
};

/** The published package has its dependencies installed beside it. */
const FOR_NPM: BuildOptions = {
  ...BASE,
  format: 'esm',
  splitting: true,
  packages: 'external',
  outExtension: { '.js': '.mjs' },
};

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'dist') },
    rules: { type: 'string', default: join(root, 'rules') },
    package: { type: 'boolean', default: false },
  },
});

await Promise.all([
  ...FUNCTIONS.map(bundleFunction),
  ...(values.package
    ? [bundlePackage('cli', 'bin/netbird-alerts.ts'), bundlePackage('construct', 'lib/index.ts')]
    : []),
]);
if (!(await prebuildRules(values.rules, join(values.out, 'functions/detect')))) process.exitCode = 1;

async function bundleFunction(name: string): Promise<void> {
  const folder = join(values.out, 'functions', name);
  await rm(folder, { recursive: true, force: true });
  const entryPoints = [join(root, 'functions', name, 'index.ts')];
  await build({ ...FOR_LAMBDA, entryPoints, outfile: join(folder, 'index.js') });
  if (name === 'detect') await build({ ...FOR_LAMBDA, entryPoints: ['re2js'], outfile: join(folder, 're2js.js') });
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}\n');
}

async function bundlePackage(name: string, entry: string): Promise<void> {
  const outdir = join(values.out, name);
  await rm(outdir, { recursive: true, force: true });
  await build({ ...FOR_NPM, entryPoints: [join(root, entry)], outdir });
}

/** Packages that do nothing when they are merely imported, but do not say so: what uses none of them goes without. */
function dropUnused(...packages: string[]): Plugin {
  return {
    name: 'drop-unused',
    setup({ onResolve, resolve }) {
      onResolve({ filter: new RegExp(`^(${packages.join('|')})$`) }, async ({ path, pluginData, ...where }) => {
        if (pluginData === 'asked') return undefined;
        const found = await resolve(path, { ...where, pluginData: 'asked' });
        return { path: found.path, errors: found.errors, sideEffects: false };
      });
    },
  };
}

/** Leaves re2js to a file of its own, read when a rule first needs it: its tables take as long as half the SDK. */
function loadRe2Late(): Plugin {
  return {
    name: 'load-re2-late',
    setup({ onLoad }) {
      const contents = "export const re2 = () => require('./re2js.js').RE2JS;";
      onLoad({ filter: /[\\/]sigma[\\/]compile[\\/]re2\.ts$/ }, () => ({ contents }));
    },
  };
}
