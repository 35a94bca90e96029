import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../lib/cli/main.ts';
import { streamOutput } from '../lib/cli/output/stream-output.ts';

/** The folder of the package: it holds the shipped rules, wherever this file lies when compiled. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The first asks for a clean end; who asks twice does not want to wait.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}

process.exitCode = await main(process.argv.slice(2), {
  // A reader that has seen enough (`| head`) is no error: the program ends as other commands do.
  out: streamOutput(process.stdout, () => process.exit(0)),
  err: streamOutput(process.stderr, () => undefined),
  env: process.env,
  stop: stop.signal,
  packageFolder: packageFolder(),
  clock: () => new Date(),
});
