import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');
const config = join(root, '.dependency-cruiser.cjs');
const ruleNames: string[] = createRequire(import.meta.url)(config).forbidden.map((rule: { name: string }) => rule.name);

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}

async function cruise(directory: string): Promise<Violation[]> {
  const cli = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cli, '--config', config, '--ts-config', join(root, 'tsconfig.json'), '--output-type', 'json'];
  const run = promisify(execFile)(process.execPath, [...args, 'bin', 'functions', 'lib'], {
    cwd: directory,
    maxBuffer: 64 * 1024 * 1024,
  });
  // Exits with the number of violations; the report is on stdout all the same.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return JSON.parse(stdout).summary.violations;
}

/** Rule → file that breaches it → what the file imports. */
const BREACHES: Readonly<Record<string, readonly [file: string, imported: string][]>> = {
  'no-cycles': [['lib/model/egg.ts', './hen.ts']],
  resolves: [['lib/store/lost.ts', './nowhere.ts']],
  'model-imports-only-zod': [
    ['lib/model/reads-yaml.ts', 'yaml'],
    ['lib/model/knows-store.ts', '../store/ports.ts'],
  ],
  'sigma-keeps-to-its-neighbours': [['lib/sigma/knows-detect.ts', '../detect/plain.ts']],
  'detect-keeps-to-its-neighbours': [['lib/detect/knows-store.ts', '../store/ports.ts']],
  'dispatch-keeps-to-its-neighbours': [['lib/dispatch/knows-notify.ts', '../notify/plain.ts']],
  'config-keeps-to-its-neighbours': [['lib/config/knows-cli.ts', '../cli/plain.ts']],
  'rules-keeps-to-its-neighbours': [['lib/rules/knows-cli.ts', '../cli/plain.ts']],
  'notify-keeps-to-its-neighbours': [['lib/notify/knows-adapter.ts', '../store/dynamodb/plain.ts']],
  'collect-keeps-to-its-neighbours': [
    ['lib/collect/knows-detect.ts', '../detect/plain.ts'],
    ['lib/collect/knows-adapter.ts', '../store/dynamodb/plain.ts'],
  ],
  'api-keeps-to-its-neighbours': [
    ['lib/api/knows-local.ts', '../local/plain.ts'],
    ['lib/api/knows-adapter.ts', '../store/dynamodb/plain.ts'],
  ],
  'store-keeps-to-its-neighbours': [['lib/store/memory/knows-collect.ts', '../../collect/plain.ts']],
  'local-keeps-to-its-neighbours': [['lib/local/knows-cli.ts', '../cli/plain.ts']],
  'cli-keeps-to-its-neighbours': [['lib/cli/knows-infra.ts', '../infra/plain.ts']],
  'infra-keeps-to-its-neighbours': [
    ['lib/infra/knows-handler.ts', '../../functions/collect/plain.ts'],
    ['lib/infra/knows-pipeline.ts', '../pipeline.ts'],
  ],
  'pure-rooms-do-no-input-or-output': [
    ['lib/detect/reads-files.ts', 'node:fs'],
    ['lib/sigma/reads-files.ts', 'node:fs/promises'],
    ['lib/dispatch/reads-clock.ts', 'node:perf_hooks'],
  ],
  'api-answers-before-it-is-served': [['lib/api/listens.ts', 'node:http']],
  'pipeline-knows-no-host': [
    ['lib/pipeline.ts', './local/plain.ts'],
    ['lib/pipeline/knows-cli.ts', '../cli/plain.ts'],
  ],
  'run-time-without-infra': [
    ['lib/notify/knows-cdk.ts', 'aws-cdk-lib'],
    ['functions/detect/knows-infra.ts', '../../lib/infra/plain.ts'],
  ],
  'functions-stand-alone': [['functions/notify/knows-collect.ts', '../collect/plain.ts']],
  'env-contract-needs-only-zod': [['functions/collect/env.ts', '../../lib/collect/plain.ts']],
  'sdk-only-in-adapters': [
    ['lib/notify/knows-sdk.ts', '@aws-sdk/client-sns'],
    ['lib/collect/knows-sdk.ts', '@aws-sdk/client-dynamodb'],
  ],
  'nothing-imports-bin': [['lib/cli/knows-bin.ts', '../../bin/plain.ts']],
  'no-test-code-in-the-product': [['bin/knows-tests.ts', '../test/plain.ts']],
  'no-folder-without-a-subject': [['lib/store/uses-sink.ts', './helpers/plain.ts']],
};

const PLAIN = [
  ...['detect', 'notify', 'collect', 'cli', 'infra', 'local', 'store/dynamodb'].map((room) => `lib/${room}/plain.ts`),
  ...[
    'functions/collect/plain.ts',
    'bin/plain.ts',
    'test/plain.ts',
    'lib/store/helpers/plain.ts',
    'lib/store/ports.ts',
  ],
];

describe('the import rule', () => {
  let tree: string;
  let found: Violation[];

  beforeAll(async () => {
    tree = mkdtempSync(join(tmpdir(), 'import-rule-'));
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    plant(tree, 'lib/model/hen.ts', "export * from './egg.ts';\n");
    for (const file of PLAIN) plant(tree, file, 'export const plain = 1;\n');
    for (const [file, imported] of Object.values(BREACHES).flat()) {
      plant(tree, file, `import * as it from '${imported}';\nexport const used = it;\n`);
    }
    found = await cruise(tree);
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  it.each(ruleNames)('catches a planted breach of %s', (name) => {
    const planted = BREACHES[name] ?? [];
    expect(planted).not.toHaveLength(0);
    for (const [file] of planted) {
      expect(found).toContainEqual(expect.objectContaining({ from: file, rule: expect.objectContaining({ name }) }));
    }
  });

  it('leaves files alone that breach nothing', () => {
    expect(found.filter((violation) => PLAIN.includes(violation.from))).toEqual([]);
  });

  it('is kept by the project', async () => {
    expect((await cruise(root)).map((it) => `${it.rule.name}: ${it.from}`)).toEqual([]);
  });
});

describe('the pure rooms', () => {
  const FORBIDDEN =
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bperformance\.|\bfetch\(|\bcrypto\.random/;

  it('read neither clock nor environment nor chance', () => {
    const pure = ['model', 'sigma', 'detect', 'dispatch'].flatMap((room) => filesBelow(join(root, 'lib', room)));
    expect(pure.length).toBeGreaterThan(10);
    expect(pure.filter((file) => FORBIDDEN.test(withoutComments(readFileSync(file, 'utf8'))))).toEqual([]);
  });

  it('would be caught doing so', () => {
    expect(FORBIDDEN.test(withoutComments('const at = Date.now(); // now'))).toBe(true);
    expect(FORBIDDEN.test(withoutComments('/** never Date.now() */'))).toBe(false);
  });
});

it('no folder of code is named for having no subject', () => {
  const folders = ['bin', 'functions', 'lib'].flatMap((top) =>
    filesBelow(join(root, top)).map((file) => basename(dirname(file))),
  );
  expect(folders.filter((name) => /^(utils?|helpers?|shared|common|commons)$/.test(name))).toEqual([]);
});

function plant(tree: string, file: string, text: string): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), text);
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}
