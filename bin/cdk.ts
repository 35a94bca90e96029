/** The CDK app: `npx cdk synth`, `npx cdk deploy`. Reads netbird-alerts.yaml, or the file that `-c config=FILE` names. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { parseConfig } from '../lib/config/parse-config.ts';
import { NetBirdAlertsStack } from '../lib/infra/netbird-alerts-stack.ts';
import type { Config } from '../lib/model/config.ts';
import { prebuildRules } from './prebuild-rules.ts';

const app = new App();
const file: string = app.node.tryGetContext('config') ?? 'netbird-alerts.yaml';
/** The bundles that `npm run build` writes. */
const assets: string = app.node.tryGetContext('assets') ?? join(import.meta.dirname, '../dist/functions');
const stack: string = app.node.tryGetContext('stack') ?? 'NetBirdAlerts';

const config = readConfig(file);
if (config && (await hasRules(config))) new NetBirdAlertsStack(app, stack, { config, assets });
else process.exitCode = 1;

/** The bundle holds the shipped rules; a folder of one's own takes their place. */
async function hasRules({ rules }: Config): Promise<boolean> {
  if (rules === undefined) return true;
  return prebuildRules(resolve(dirname(file), rules), join(assets, 'detect'));
}

/** The file's configuration, or undefined with every problem told. */
function readConfig(path: string): Config | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const { config, problems } = parseConfig(text, path, 'aws');
  for (const { line, column, message, hint } of problems) {
    console.error(`${path}:${line}:${column} ${message}${hint ? `\n  ${hint}` : ''}`);
  }
  return config;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    console.error(
      `Cannot read ${path}: ${error instanceof Error ? error.message : error}. Name another with -c config=FILE`,
    );
    return undefined;
  }
}
