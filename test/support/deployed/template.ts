import { createHash } from 'node:crypto';

/** A CloudFormation template, as far as it is looked at. */
export interface TemplateJson {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;
}

export interface Deployed<Properties> {
  readonly logicalId: string;
  /** With every reference resolved. */
  readonly properties: Properties;
}

export const REGION = 'eu-central-1';
export const ACCOUNT = '123456789012';

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'NetBirdAlerts',
};

/** What CloudFormation gives for `Ref` and `Fn::GetAtt`. */
type Identity = Readonly<Record<string, string>> & { readonly Ref: string };

const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

/** Names are made up as CloudFormation makes them up: none is the logical one, which no function may count on. */
const IDENTITIES: Readonly<Record<string, (name: string) => Identity>> = {
  'AWS::DynamoDB::Table': (name) => ({
    Ref: name,
    Arn: arn('dynamodb', `table/${name}`),
    StreamArn: arn('dynamodb', `table/${name}/stream/2026-01-01T00:00:00.000`),
  }),
  'AWS::SNS::Topic': (name) => ({ Ref: arn('sns', name), TopicArn: arn('sns', name), TopicName: name }),
  'AWS::SQS::Queue': (name) => ({
    Ref: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
    Arn: arn('sqs', name),
    QueueName: name,
  }),
  'AWS::S3::Bucket': (name) => ({ Ref: name.toLowerCase(), Arn: `arn:aws:s3:::${name.toLowerCase()}` }),
  'AWS::SecretsManager::Secret': (name) => ({ Ref: arn('secretsmanager', `secret:${name}-AbCdEf`) }),
  'AWS::Lambda::Function': (name) => ({ Ref: name, Arn: arn('lambda', `function:${name}`) }),
  'AWS::Lambda::EventSourceMapping': (name) => ({ Ref: createHash('md5').update(name).digest('hex') }),
  'AWS::IAM::Role': (name) => ({ Ref: name, Arn: `arn:aws:iam::${ACCOUNT}:role/${name}` }),
  'AWS::Logs::LogGroup': (name) => ({ Ref: name, Arn: arn('logs', `log-group:${name}:*`) }),
  'AWS::ApiGateway::RestApi': (name) => ({ Ref: idOf(name), RootResourceId: idOf(`${name} root`) }),
  'AWS::ApiGateway::Resource': (name) => ({ Ref: idOf(name) }),
  'AWS::ApiGateway::Deployment': (name) => ({ Ref: idOf(name) }),
  'AWS::ApiGateway::Stage': () => ({ Ref: 'netbird' }),
  'AWS::CloudWatch::Alarm': (name) => ({ Ref: name, Arn: arn('cloudwatch', `alarm:${name}`) }),
};

/** As API Gateway makes up ids. */
function idOf(name: string): string {
  return createHash('md5').update(name).digest('hex').slice(0, 10);
}

/** A template in a world in which every resource has its physical name. */
export class Template {
  readonly #json: TemplateJson;

  constructor(json: TemplateJson) {
    this.#json = json;
  }

  /** Every resource of a type. The caller says which properties it has. */
  all<Properties>(type: string): Deployed<Properties>[] {
    return Object.entries(this.#json.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, { Properties = {} }]) => ({ logicalId, properties: this.resolve(Properties) as Properties }));
  }

  /** `Ref` or an attribute of a resource. */
  attribute(logicalId: string, name: string): string {
    const resource = this.#json.Resources[logicalId];
    if (!resource) throw new RangeError(`The template has no resource ${logicalId}`);
    const identity = IDENTITIES[resource.Type];
    const value = identity?.(physicalName(logicalId))[name];
    if (value === undefined) throw new RangeError(`${name} of ${resource.Type} is not known to this harness`);
    return value;
  }

  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.resolve(each)).filter((each) => each !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (first && entries.length === 1 && /^(Ref|Fn::.*)$/.test(first[0])) return this.#call(first[0], first[1]);
    const resolved = entries.map(([key, inner]) => [key, this.resolve(inner)] as const);
    return Object.fromEntries(resolved.filter(([, inner]) => inner !== undefined));
  }

  #call(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument));
      case 'Fn::GetAtt': {
        const [id, attribute] = typeof argument === 'string' ? argument.split('.') : (argument as string[]);
        return this.attribute(id ?? '', attribute ?? '');
      }
      case 'Fn::Join': {
        const [separator, parts] = argument as [string, unknown];
        return (this.resolve(parts) as string[]).join(separator);
      }
      case 'Fn::Split': {
        const [separator, text] = argument as [string, unknown];
        return String(this.resolve(text)).split(separator);
      }
      case 'Fn::Select': {
        const [index, list] = argument as [string, unknown];
        return (this.resolve(list) as unknown[])[Number(index)];
      }
      case 'Fn::Sub':
        return this.#substitute(argument);
      default:
        throw new RangeError(`${name} is not known to this harness`);
    }
  }

  #ref(id: string): string | undefined {
    if (id === 'AWS::NoValue') return undefined;
    return PSEUDO[id] ?? this.attribute(id, 'Ref');
  }

  #substitute(argument: unknown): string {
    const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
    return String(text).replace(/\$\{([^!}]+)\}/g, (_all, name: string) => {
      if (Object.hasOwn(given, name)) return String(this.resolve(given[name]));
      const [id = '', attribute] = name.split('.');
      return attribute === undefined ? (this.#ref(id) ?? '') : this.attribute(id, attribute);
    });
  }
}

function physicalName(logicalId: string): string {
  const suffix = createHash('sha256').update(logicalId).digest('hex').slice(0, 12).toUpperCase();
  return `NetBirdAlerts-${logicalId.slice(0, 40)}-${suffix}`;
}
