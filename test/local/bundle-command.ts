import { build } from 'esbuild';

/**
 * Compiles the command into `folder/netbird-alerts.mjs`, so that tests can start many processes of it quickly. `root` is
 * the project's folder. Only the embedded store stays outside.
 */
export async function bundleCommand(root: string, folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { 'netbird-alerts': 'bin/netbird-alerts.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    // dynalite requires its parts by computed names.
    external: ['dynalite', 'esbuild'],
    // What is CommonJS inside asks for Node's own modules with `require`.
    banner: {
      js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);",
    },
    logLevel: 'error',
  });
}
