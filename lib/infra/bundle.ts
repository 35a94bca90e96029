import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

export const FUNCTIONS = ['collect', 'detect', 'notify'] as const;

/**
 * Bundles each function into `<out>/<name>/index.js`. CommonJS, with packages' ES modules preferred for tree shaking:
 * what starts fastest on Node 24 (docs/adr/0004-node-24-arm64-commonjs-bundles.md). Source maps lie beside the
 * folders, for reading a stack trace: in the asset they would only be loaded.
 */
export async function bundleFunctions(root: string, out: string): Promise<void> {
  await Promise.all(FUNCTIONS.map((name) => bundleFunction(root, out, name)));
}

async function bundleFunction(root: string, out: string, name: string): Promise<void> {
  const folder = join(out, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await build({
    ...OPTIONS,
    entryPoints: [join(root, 'functions', name, 'index.ts')],
    outfile: join(folder, 'index.js'),
  });
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}\n');
}

const OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  // Lambda has 24; tests import the bundles on 20.
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
};
