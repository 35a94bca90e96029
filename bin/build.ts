/**
 * Bundles what AWS runs into dist/functions (`--out DIR`: elsewhere). CommonJS, with packages' ES modules preferred for
 * tree shaking: what starts fastest on Node 24 (docs/adr/0004-node-24-arm64-commonjs-bundles.md).
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildOptions, build } from 'esbuild';

const FUNCTIONS = ['collect', 'detect', 'notify'];

const OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  // Lambda has 24; tests import the bundles on 20.
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  define: { 'import.meta.dirname': '__dirname' },
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
};

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } });
await Promise.all(FUNCTIONS.map((name) => bundle(name, join(values.out, 'functions', name))));

async function bundle(name: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  await build({
    ...OPTIONS,
    entryPoints: [join(root, 'functions', name, 'index.ts')],
    outfile: join(folder, 'index.js'),
  });
}
