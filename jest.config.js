/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // What CDK and the bundler write must not be searched, nor meet the package's own modules.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
  transform: {
    '^.+\\.[mc]?ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  setupFiles: ['<rootDir>/test/support/quiet-sdk.ts'],
  maxWorkers: 2,
  // A suite with CDK or a process of its own is the largest; a worker above this is started afresh.
  workerIdleMemoryLimit: '768MB',
  testTimeout: 60_000,
};
