import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { parseConfig } from '../../../lib/config/parse-config.ts';
import { NetBirdAlertsStack } from '../../../lib/infra/netbird-alerts-stack.ts';
import type { Config } from '../../../lib/model/config.ts';
import type { TemplateJson } from './template.ts';

/** What `cdk synth` leaves: templates that name bundles in the same folder. */
export interface CloudAssembly {
  readonly folder: string;
  /** The template for this configuration; the bundles are the same for all. */
  templateFor(change: Partial<Config>): TemplateJson;
  remove(): void;
}

const root = join(import.meta.dirname, '../../..');
const STACK = 'NetBirdAlerts';

/** Runs the bundler that `cdk synth` runs, then the CDK app over `netbird-alerts.yaml` as it is committed. */
export async function synthesize(): Promise<CloudAssembly> {
  const folder = mkdtempSync(join(tmpdir(), 'deployed-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const bundler = ['--import', 'tsx', 'bin/build.ts', '--out', join(folder, 'bundles')];
  try {
    await promisify(execFile)(process.execPath, bundler, { cwd: root });
  } catch (error) {
    remove();
    throw error;
  }
  return {
    folder,
    templateFor: (change) => synthesizeStack({ ...committedConfig(), ...change }, folder),
    remove,
  };
}

function synthesizeStack(config: Config, folder: string): TemplateJson {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  // CDK's own linter takes seconds, and CI's `cdk synth` runs it.
  process.env['CDK_VALIDATION'] = 'false';
  const app = new App({ outdir: folder, context, analyticsReporting: false });
  new NetBirdAlertsStack(app, STACK, { config, assets: join(folder, 'bundles/functions') });
  return app.synth().getStackByName(STACK).template;
}

function committedConfig(): Config {
  const path = join(root, 'netbird-alerts.yaml');
  const { config, problems } = parseConfig(readFileSync(path, 'utf8'), path, 'aws');
  if (!config) throw new Error(JSON.stringify(problems));
  return config;
}
