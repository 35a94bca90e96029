import { join } from 'node:path';
import type { DynamoDBRecord } from 'aws-lambda';
import { type EmbeddedDynamoDb, openEmbeddedDynamoDb } from '../../../lib/local/embedded/embedded-dynamodb.ts';
import { EventSource, type MappingProperties } from './event-source.ts';
import { FakeDynamoDb } from './fake-aws/dynamodb.ts';
import { FakeSecretsManager } from './fake-aws/secrets-manager.ts';
import { type Call, type FakeAws, serveAws } from './fake-aws/server.ts';
import { FakeSns } from './fake-aws/sns.ts';
import { InvocationError, LambdaFunction } from './lambda.ts';
import { roleMay } from './policies.ts';
import type { CloudAssembly } from './synthesize.ts';
import { type Deployed, REGION, Template, type TemplateJson } from './template.ts';
import { type FunctionProperties, hopsOf, type InvokeConfigProperties, type ScheduleProperties } from './wiring.ts';

/** What was given up, and where AWS would keep it; undefined: nowhere. */
export interface GivenUp {
  readonly destination: string | undefined;
  readonly what: unknown;
}

/** A Tuesday morning: what rules say of nights and weekends does not interfere. */
const STARTS_AT = Date.parse('2026-03-10T09:00:00Z');
const MINUTE = 60_000;

/**
 * A stack's template, running in this process: tables in the embedded store, each function's bundle in a thread of its
 * own with nothing but the environment that the template gives it, event sources, schedules and subscriptions as the
 * template says, and every request judged by the template's policies.
 */
export class Deployment {
  readonly template: Template;
  readonly database: EmbeddedDynamoDb;
  readonly dynamodb: FakeDynamoDb;
  readonly sns: FakeSns;
  readonly secrets: FakeSecretsManager;
  readonly givenUp: GivenUp[] = [];
  readonly #aws: FakeAws;
  readonly #ahead = new SharedArrayBuffer(8);
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #sources = new Map<string, EventSource>();

  private constructor(
    template: Template,
    database: EmbeddedDynamoDb,
    aws: FakeAws,
    fakes: Pick<Deployment, 'dynamodb' | 'sns' | 'secrets'>,
  ) {
    this.template = template;
    this.database = database;
    this.#aws = aws;
    this.dynamodb = fakes.dynamodb;
    this.sns = fakes.sns;
    this.secrets = fakes.secrets;
    this.pass(STARTS_AT - Date.now());
  }

  static async open({ folder }: Pick<CloudAssembly, 'folder'>, json: TemplateJson): Promise<Deployment> {
    const template = new Template(json);
    const database = await openEmbeddedDynamoDb();
    const dynamodb = new FakeDynamoDb(database, template);
    await dynamodb.createTables();
    const [sns, secretsmanager] = [new FakeSns(template), new FakeSecretsManager(template)];
    let clock = () => new Date();
    const aws = await serveAws({ dynamodb, sns, secretsmanager }, () => clock());
    const deployment = new Deployment(template, database, aws, { dynamodb, sns, secrets: secretsmanager });
    clock = deployment.clock;
    for (const each of template.all<FunctionProperties>('AWS::Lambda::Function')) deployment.#addFunction(each, folder);
    for (const each of template.all<MappingProperties>('AWS::Lambda::EventSourceMapping')) {
      deployment.#addSource(each);
    }
    return deployment;
  }

  readonly clock = (): Date => new Date(Date.now() + this.#offset[0]);

  /** Time passes, for everything in this world. */
  readonly pass = (millis: number): void => {
    this.#offset[0] += millis;
  };

  /** Every request of the functions, and every hop between services, with what the policies say. */
  get calls(): readonly Call[] {
    return [...this.#aws.calls, ...hopsOf(this.template)];
  }

  /** The function whose logical id has this in it. */
  function(part: 'Collector' | 'Detector' | 'Notifier' | 'ApiFunction'): LambdaFunction {
    const [found] = [...this.#functions].filter(([id]) => id.includes(part)).map(([, it]) => it);
    if (!found) throw new RangeError(`The template has no function ${part}`);
    return found;
  }

  /** The event source of that function. */
  source(part: 'Detector' | 'Notifier'): EventSource {
    const source = this.#sources.get(this.function(part).name);
    if (!source) throw new RangeError(`The template gives ${part} no event source`);
    return source;
  }

  /** All that the functions have logged. */
  get log(): string {
    return [...this.#functions.values()].map(({ log }) => log).join('\n');
  }

  /** A minute passes: every schedule fires, and then the streams run dry. */
  async tick(): Promise<void> {
    this.pass(MINUTE);
    await this.fireSchedules();
    await this.settle();
  }

  async fireSchedules(): Promise<void> {
    const schedules = this.template.all<ScheduleProperties>('AWS::Scheduler::Schedule');
    await Promise.all(
      schedules.map(async ({ properties: { ScheduleExpression, State, Target } }) => {
        if (ScheduleExpression !== 'rate(1 minute)' || State !== 'ENABLED') throw new RangeError(ScheduleExpression);
        const wish = { action: 'lambda:InvokeFunction', resource: Target.Arn };
        if (roleMay(this.template, Target.RoleArn, 'scheduler.amazonaws.com', wish)) await this.#invokeAsync(Target);
        else this.givenUp.push({ destination: Target.DeadLetterConfig?.Arn, what: Target.Input });
      }),
    );
  }

  /** Event sources work until their streams are empty. */
  async settle(): Promise<void> {
    for (let taken = 1; taken > 0; ) {
      taken = 0;
      for (const source of this.#sources.values()) taken += await source.poll();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#functions.values()].map((each) => each.end()));
    await Promise.all([this.#aws.close(), this.database.close()]);
  }

  get #offset(): Float64Array & { 0: number } {
    return new Float64Array(this.#ahead) as Float64Array & { 0: number };
  }

  #addFunction({ logicalId, properties }: Deployed<FunctionProperties>, folder: string): void {
    const name = this.template.attribute(logicalId, 'Ref');
    const [file = '', handler = ''] = properties.Handler.split('.');
    const accessKey = this.#aws.issueKey({
      name,
      may: (wish) => roleMay(this.template, properties.Role, 'lambda.amazonaws.com', wish),
    });
    const bundle = join(folder, `asset.${properties.Code.S3Key.replace(/\.zip$/, '')}`, file);
    this.#functions.set(
      logicalId,
      new LambdaFunction({
        name,
        module: bundle,
        handler,
        env: { ...properties.Environment?.Variables, ...lambdaEnvironment(accessKey, this.#aws.url) },
        timeoutMs: properties.Timeout * 1000,
        memoryMegabytes: properties.MemorySize,
        ahead: this.#ahead,
      }),
    );
  }

  #addSource({ properties }: Deployed<MappingProperties>): void {
    const target = this.#functionNamed(properties.FunctionName);
    const source = new EventSource({
      properties,
      stream: this.database.stream(this.dynamodb.tableOfStream(properties.EventSourceArn)),
      invoke: (event) => target.invoke(event),
      pass: this.pass,
      giveUp: (records: readonly DynamoDBRecord[], destination) => {
        this.givenUp.push({ destination, what: records });
      },
    });
    this.#sources.set(target.name, source);
  }

  /** As Lambda runs what is not waited for: retried, then handed to the destination. */
  async #invokeAsync({ Arn, Input }: ScheduleProperties['Target']): Promise<void> {
    const target = this.#functionNamed(Arn.split(':').at(-1) ?? '');
    const config = this.template
      .all<InvokeConfigProperties>('AWS::Lambda::EventInvokeConfig')
      .find(({ properties }) => properties.FunctionName === target.name)?.properties;
    for (let left = config?.MaximumRetryAttempts ?? 2; ; left--) {
      try {
        await target.invoke(JSON.parse(Input));
        return;
      } catch (error) {
        if (!(error instanceof InvocationError)) throw error;
        if (left > 0) continue;
        this.givenUp.push({ destination: config?.DestinationConfig?.OnFailure?.Destination, what: error });
        return;
      }
    }
  }

  #functionNamed(name: string): LambdaFunction {
    const found = [...this.#functions.values()].find((each) => each.name === name);
    if (!found) throw new RangeError(`The template has no function ${name}`);
    return found;
  }
}

/** What Lambda itself sets, and where this world's AWS is. Files of the machine are out of reach. */
function lambdaEnvironment(accessKey: string, url: string): Record<string, string> {
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: 'not-used',
    AWS_CONFIG_FILE: '/nowhere',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: url,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    TZ: ':UTC',
  };
}
