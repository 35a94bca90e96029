/** Bundles what AWS runs into dist/functions, and what npm publishes into dist/. `--out DIR` writes elsewhere. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleFunctions } from '../lib/infra/bundle.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } });

await bundleFunctions(root, join(values.out, 'functions'));
