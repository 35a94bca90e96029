/** Runs every benchmark of this folder, or those whose names contain an argument: `npm run bench -- cold`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const wanted = process.argv.slice(2);
const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.bench.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .toSorted();

for (const file of files) {
  console.log(`\n# ${file.replace('.bench.ts', '')}\n`);
  const { run } = await import(pathToFileURL(join(import.meta.dirname, file)).href);
  await run?.();
}
