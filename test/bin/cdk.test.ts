import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

describe('the CDK app', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdk-app-'));
    // Stand-ins: what is bundled does not matter here, and the project's own dist is left alone.
    run('bin/build.ts', ['--out', join(folder, 'dist')]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('tells every mistake of the configuration by its place, and no stack trace', () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'every: 90s\nsubscriber: []\nurl: ftp://x\n');
    const { status, stderr } = app({ config: file });
    expect(status).toBe(1);
    expect(stderr).toContain(`${file}:2:1 subscriber is no setting`);
    expect(stderr).toContain(`${file}:3:6 url is not`);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('says which file it could not read', () => {
    const { status, stderr } = app({ config: '/nowhere/netbird-alerts.yaml' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/Cannot read \/nowhere\/netbird-alerts\.yaml.*-c config=FILE/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('makes a template of the committed configuration: one e-mail and one text message subscriber', () => {
    const { status, stderr } = app({ assets: join(folder, 'dist/functions') });
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.anything() });
    const template = JSON.parse(readFileSync(join(folder, 'cdk.out/NetBirdAlerts.template.json'), 'utf8'));
    const subscriptions = Object.values<{ Type: string; Properties: { Protocol: string; FilterPolicy?: unknown } }>(
      template.Resources,
    ).filter((it) => it.Type === 'AWS::SNS::Subscription' && it.Properties.FilterPolicy);
    expect(subscriptions.map((it) => [it.Properties.Protocol, it.Properties.FilterPolicy])).toEqual([
      ['email', { severity: ['medium', 'high', 'critical'] }],
      ['sms', { severity: ['high', 'critical'] }],
    ]);
  });

  /** As the CDK command runs it, with no AWS configuration. */
  function app(context: Record<string, string>) {
    return run('bin/cdk.ts', [], {
      CDK_OUTDIR: join(folder, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify(context),
      // Its own check of the template has a test of its own, and takes seconds.
      CDK_VALIDATION: 'false',
    });
  }

  function run(file: string, args: readonly string[], env: Record<string, string> = {}) {
    return spawnSync(process.execPath, ['--import', 'tsx', file, ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });
  }
});
