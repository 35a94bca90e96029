import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { NetBirdAlertsStack, type NetBirdAlertsStackProps } from '../../lib/infra/netbird-alerts-stack.ts';
import type { Subscriber } from '../../lib/model/config.ts';

export const SUBSCRIBERS: readonly Subscriber[] = [
  { protocol: 'email', endpoint: 'security@example.com', severities: ['medium', 'high', 'critical'] },
  { protocol: 'sms', endpoint: '+15555550100', severities: ['high', 'critical'] },
  { protocol: 'https', endpoint: 'https://hooks.example.com/netbird', severities: ['critical'] },
];

/** A stack with stand-in bundles: what the template says does not depend on what is in them. */
export function createStack(app: App, props: Partial<NetBirdAlertsStackProps> = {}): NetBirdAlertsStack {
  return new NetBirdAlertsStack(app, 'NetBirdAlerts', {
    assets: emptyAssets(),
    config: { subscribers: SUBSCRIBERS },

    ...props,
  });
}

/** The template of `createStack`. */
export function synth(props: Partial<NetBirdAlertsStackProps> = {}): Template {
  return Template.fromStack(createStack(new App(), props));
}

/** A CloudFormation resource, as far as tests look at it. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates nest at will, and a test that looks in vain fails.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

/** Every resource of a type, with its logical id. */
export function resourcesOf(template: Template, type: string): [id: string, resource: Resource][] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}

function emptyAssets(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'));
  for (const name of ['collect', 'detect', 'notify', 'api']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.js'), `exports.handler = async () => '${name}';\n`);
  }
  return folder;
}
