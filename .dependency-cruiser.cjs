/**
 * The import rule: which room may use which. The rooms stand in docs/architecture.md; test/architecture.test.ts plants
 * a breach of every rule below and sees it caught.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */

/** A room of lib/ may import itself, the named paths, and nothing else of ours. */
function room(name, paths, comment) {
  const allowed = [`^lib/${name}/`, ...paths];
  return {
    name: `${name}-keeps-to-its-neighbours`,
    comment,
    severity: 'error',
    from: { path: `^lib/${name}/` },
    to: { path: '^(lib|functions|bin|test)/', pathNot: allowed },
  };
}

const MODEL = '^lib/model/';
const PORTS = '^lib/store/ports\\.ts$';
/** Ports, and the protocols over them (cursor, lease, names, exactly-once): the adapters lie in folders. */
const STORE = '^lib/store/[^/]+\\.ts$';
const SDK = 'node_modules/(@aws-sdk|@smithy)/';
const CDK = 'node_modules/(aws-cdk-lib|constructs|cdk-nag)/';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A circle has no bottom to understand first.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolves',
      comment: 'A name that leads nowhere is a typing error or a missing dependency.',
      severity: 'error',
      from: { pathNot: '[.]d[.]ts$' },
      // aws-lambda has types only; dist is there in the published package.
      to: { couldNotResolve: true, pathNot: ['^aws-lambda$', 'dist/'] },
    },
    {
      name: 'model-imports-only-zod',
      comment: 'The words of the domain depend on nothing but zod, and on a hash function for their identities.',
      severity: 'error',
      from: { path: '^lib/model/' },
      to: { pathNot: ['^lib/model/', 'node_modules/zod/', '^crypto$'] },
    },
    room('sigma', [MODEL], 'The rule language knows only the words.'),
    room('detect', [MODEL, '^lib/sigma/'], 'Detection stands on rules and words; stores and clocks are arguments.'),
    room('dispatch', [MODEL], 'Dispatch decides over findings and alerts; stores and clocks are arguments.'),
    room('config', [MODEL], 'The configuration file is read into words.'),
    room(
      'rules',
      ['^lib/(model|sigma|detect|dispatch|store|pipeline)(/|\\.ts$)'],
      'Rule folders and their tests run through the production pipeline, without a host.',
    ),
    room('notify', [MODEL, PORTS], 'Notices are rendered from alerts; the store is a port.'),
    room('collect', [MODEL, '^lib/dispatch/', STORE], 'Collect reads a source and writes through ports.'),
    room('api', [MODEL, STORE], 'The archive is served from ports; stores, clocks and chance are arguments.'),
    room('store', [MODEL], 'A store keeps what it is given and decides nothing.'),
    room(
      'local',
      ['^lib/(?!infra/|cli/)'],
      'The local runtime hosts every step; it is neither deployed nor a command.',
    ),
    room('cli', ['^lib/(?!infra/)'], 'Commands work without CDK.'),
    room(
      'infra',
      [MODEL, '^functions/[^/]+/env\\.ts$', '^lib/store/schema\\.ts$'],
      'Infrastructure sees of run-time code only the environment contracts, the table schemas and the words.',
    ),
    {
      name: 'pure-rooms-do-no-input-or-output',
      comment: 'Decisions take data and a clock as arguments, so that live, test and backtest decide alike.',
      severity: 'error',
      from: { path: '^lib/(model|sigma|detect|dispatch)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'api-answers-before-it-is-served',
      comment: 'A request is data and its answer, too: how both travel is the business of the folders node and lambda.',
      severity: 'error',
      from: { path: '^lib/api/', pathNot: '^lib/api/(node|lambda)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer|zlib)$' },
    },
    {
      name: 'pipeline-knows-no-host',
      comment: 'The pipeline tells the story; hosts (functions, local, cli) call it.',
      severity: 'error',
      from: { path: '^lib/(pipeline/|[^/]+\\.ts$)', pathNot: '^lib/index\\.ts$' },
      to: { path: '^(lib/(local|cli|infra)|functions|bin|test)/' },
    },
    {
      name: 'run-time-without-infra',
      comment: 'Nothing that runs needs what deploys it.',
      severity: 'error',
      from: { path: '^(lib|functions|bin)/', pathNot: ['^lib/infra/', '^lib/index\\.ts$', '^bin/cdk\\.ts$'] },
      to: { path: ['^lib/infra/', CDK] },
    },
    {
      name: 'functions-stand-alone',
      comment: 'Each function is deployed by itself and hosts the pipeline, nothing else.',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^(functions|lib/(local|cli|infra)|bin|test)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'env-contract-needs-only-zod',
      comment: 'functions/*/env.ts is read by CDK too: it must not pull run-time code into synth.',
      severity: 'error',
      from: { path: '^functions/[^/]+/env\\.ts$' },
      to: { pathNot: ['^lib/model/', 'node_modules/zod/'] },
    },
    {
      name: 'sdk-only-in-adapters',
      comment: 'AWS is reached from adapter folders and hosts.',
      severity: 'error',
      from: {
        path: '^(lib|functions|bin)/',
        pathNot: ['^lib/(store/dynamodb|notify/sns|collect/netbird|local|cli)/', '^functions/'],
      },
      to: { path: SDK },
    },
    {
      name: 'nothing-imports-bin',
      comment: 'Programs that a person starts are wiring.',
      severity: 'error',
      from: { path: '^(lib|functions)/' },
      to: { path: '^bin/' },
    },
    {
      name: 'no-test-code-in-the-product',
      comment: 'What ships does not lean on tests.',
      severity: 'error',
      from: { path: '^(lib|functions|bin)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-folder-without-a-subject',
      comment: 'Code that several rooms use has a subject, and that is its name.',
      severity: 'error',
      from: {},
      to: { path: ['/utils?[/.]', '/helpers?[/.]', '/shared[/.]', '/common[/.]'], pathNot: 'node_modules' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json'],
    },
  },
};
