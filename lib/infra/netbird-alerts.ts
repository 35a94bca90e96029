import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type Config, defaultConfig, type Subscriber } from '../model/config.ts';
import { Alarms } from './alarms.ts';
import { ArchiveApi } from './archive-api.ts';
import { Collector } from './collector.ts';
import { PipelineDashboard } from './dashboard.ts';
import { Detector } from './detector.ts';
import { Notifier } from './notifier.ts';
import { type Pipeline, pipelineAlarms } from './pipeline-alarms.ts';
import { Tables } from './tables.ts';

export interface NetBirdAlertsProps {
  /** What `netbird-alerts.yaml` says. What is left out has that file's defaults; who is told must be said. */
  readonly config: Partial<Config> & Pick<Config, 'subscribers'>;
  /** Tables, secret and buckets outlive the stack. @default true */
  readonly keepData?: boolean;
  /** Where docs/runbook.md can be read; alarms link there. @default 'docs/runbook.md' */
  readonly runbook?: string;
  /** The folder of the bundles that `npm run build` writes. @default the package's own */
  readonly assets?: string;
}

/** Watches a NetBird network: collect → detect → notify, with alarms on each step. */
export class NetBirdAlerts extends Construct {
  readonly tables: Tables;
  readonly collector: Collector;
  readonly detector: Detector;
  readonly notifier: Notifier;
  readonly alarms: Alarms;
  /** Where the configuration says `api: true`. */
  readonly api?: ArchiveApi;

  constructor(scope: Construct, id: string, props: NetBirdAlertsProps) {
    super(scope, id);
    const config = { ...defaultConfig(), ...props.config };
    const every = scheduleOf(config);
    const keepData = props.keepData ?? true;
    const runbook = props.runbook ?? 'docs/runbook.md';
    this.tables = new Tables(this, 'Tables', { keepData });
    const step = { assets: props.assets ?? ownAssets(), tables: this.tables, config, keepData };
    this.collector = new Collector(this, 'Collector', { ...step, every });
    this.detector = new Detector(this, 'Detector', step);
    this.notifier = new Notifier(this, 'Notifier', step);
    const { tables, collector, detector, notifier } = this;
    if (config.api) this.api = new ArchiveApi(this, 'Api', step);
    const pipeline: Pipeline = { tables, collector, detector, notifier, every };
    this.alarms = new Alarms(this, 'Alarms', {
      subscribers: operatorsAmong(config.subscribers),
      runbook,
      specs: [...pipelineAlarms(pipeline), ...(this.api?.alarms ?? [])],
    });
    new PipelineDashboard(this, 'Dashboard', pipeline, this.alarms, runbook);
  }
}

/** E-mail reaches operators without a bill and without a filter; where nobody has one, everybody is an operator. */
function operatorsAmong(subscribers: readonly Subscriber[]): readonly Subscriber[] {
  const byMail = subscribers.filter((it) => it.protocol === 'email');
  return byMail.length > 0 ? byMail : subscribers;
}

/** The scheduler counts in minutes, and an alarm looks back at most a day: six periods of four hours. */
function scheduleOf({ everyMs }: Config): Duration {
  const minutes = everyMs / 60_000;
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 240) return Duration.minutes(minutes);
  throw new RangeError(`every is ${everyMs / 1000} s: in AWS it must be 1 to 240 whole minutes, such as 1m or 5m`);
}

function ownAssets(): string {
  return join(import.meta.dirname, '../../dist/functions');
}
