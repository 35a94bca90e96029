import { ACCOUNT, type Template } from './template.ts';

/** What somebody wants to do. */
export interface Wish {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** ARN of what acts, where a service acts for it. */
  readonly source?: string;
  /** Partition keys of the items that are wanted, where they are named. */
  readonly leadingKeys?: readonly string[];
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: '*' | { readonly AWS?: string | string[]; readonly Service?: string | string[] };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

interface Document {
  readonly Statement: Statement | Statement[];
}

interface RoleProperties {
  readonly AssumeRolePolicyDocument: Document;
  readonly Policies?: { readonly PolicyDocument: Document }[];
  readonly ManagedPolicyArns?: string[];
}

/** Whether a role that `service` assumes may do it, by the policies that the template gives it. */
export function roleMay(template: Template, roleArn: string, service: string, wish: Wish): boolean {
  const role = template
    .all<RoleProperties>('AWS::IAM::Role')
    .find(({ logicalId }) => template.attribute(logicalId, 'Arn') === roleArn);
  if (!role) throw new RangeError(`The template has no role ${roleArn}`);
  const { AssumeRolePolicyDocument, Policies = [], ManagedPolicyArns = [] } = role.properties;
  if (ManagedPolicyArns.length > 0) throw new RangeError(`Managed policies are not known here: ${ManagedPolicyArns}`);
  const trusts = statementsOf(AssumeRolePolicyDocument).some((it) => it.Effect === 'Allow' && isFor(it, service));
  const name = template.attribute(role.logicalId, 'Ref');
  const attached = template
    .all<{ Roles?: string[]; PolicyDocument: Document }>('AWS::IAM::Policy')
    .filter(({ properties }) => properties.Roles?.includes(name))
    .map(({ properties }) => properties);
  const statements = [...Policies, ...attached].flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument));
  return trusts && decides(statements, wish);
}

/** What the policies of all roles allow, as `<action> <resource>`. */
export function grantsOf(template: Template): string[] {
  return template
    .all<{ PolicyDocument: Document }>('AWS::IAM::Policy')
    .flatMap(({ properties }) =>
      statementsOf(properties.PolicyDocument).flatMap(({ Action, Resource }) =>
        list(Action).flatMap((action) => list(Resource).map((resource) => `${action} ${resource}`)),
      ),
    );
}

/**
 * Whether a service, such as `sns.amazonaws.com`, may do it by the resource's own policy. A topic without one admits
 * the account's own services; a queue without one admits none.
 */
export function serviceMay(template: Template, service: string, wish: Wish): boolean {
  const policies = [
    ...template.all<{ Topics: string[]; PolicyDocument: Document }>('AWS::SNS::TopicPolicy'),
    ...template.all<{ PolicyDocument: Document }>('AWS::SQS::QueuePolicy'),
  ].map(({ properties }) => statementsOf(properties.PolicyDocument));
  const own = policies.filter((statements) => statements.some((it) => list(it.Resource).includes(wish.resource)));
  if (own.length === 0) return wish.resource.startsWith('arn:aws:sns:');
  return decides(
    own.flat().filter((it) => isFor(it, service)),
    wish,
  );
}

/** A `Deny` that fits decides; else an `Allow` is needed. */
export function decides(statements: readonly Statement[], wish: Wish): boolean {
  const fitting = statements.filter((statement) => fits(statement, wish));
  return fitting.some(({ Effect }) => Effect === 'Allow') && !fitting.some(({ Effect }) => Effect === 'Deny');
}

function fits({ Action, Resource, Condition = {} }: Statement, wish: Wish): boolean {
  return (
    list(Action).some((pattern) => like(pattern.toLowerCase(), wish.action.toLowerCase())) &&
    list(Resource).some((pattern) => like(pattern, wish.resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, list(values), key, wish)),
    )
  );
}

/** Everything goes over TLS, and within the account. */
function contextOf({ source }: Wish): Readonly<Record<string, string | undefined>> {
  return { 'aws:SecureTransport': 'true', 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': source };
}

function holds(operator: string, values: readonly string[], key: string, wish: Wish): boolean {
  if (operator === 'ForAllValues:StringLike' && key === 'dynamodb:LeadingKeys') {
    return (wish.leadingKeys ?? []).every((each) => values.some((value) => like(value, each)));
  }
  const actual = contextOf(wish)[key];
  switch (operator) {
    case 'Bool':
    case 'StringEquals':
      return actual !== undefined && values.includes(actual);
    case 'ArnEquals':
    case 'ArnLike':
    case 'StringLike':
      return actual !== undefined && values.some((value) => like(value, actual));
    default:
      throw new RangeError(`The condition operator ${operator} is not known to this harness`);
  }
}

function isFor({ Principal }: Statement, service: string): boolean {
  if (Principal === undefined || Principal === '*') return Principal === '*';
  return list(Principal.Service ?? []).includes(service) || list(Principal.AWS ?? []).includes('*');
}

/** IAM's patterns: `*` is any text, `?` any character. */
function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function statementsOf({ Statement }: Document): Statement[] {
  return Array.isArray(Statement) ? Statement : [Statement];
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
