import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Deployment } from './deployment.ts';
import { ACCOUNT, REGION } from './template.ts';

export interface RestAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed, where it came compressed. */
  readonly body: string;
}

interface Method {
  readonly HttpMethod: string;
  readonly ResourceId: string;
  readonly RestApiId: string;
  readonly Integration: { readonly Type: string; readonly Uri: string; readonly ResponseTransferMode?: string };
}

interface Permission {
  readonly Action: string;
  readonly FunctionName: string;
  readonly Principal: string;
  readonly SourceArn?: string;
}

const DELIMITER = Buffer.alloc(8);
/** API Gateway wants to have seen the end of the head by then. */
const LONGEST_HEAD = 16 * 1024;

/** The template's REST API: a request goes to the function as the template says, and what it streams comes back. */
export async function requestRestApi(
  deployment: Deployment,
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<RestAnswer> {
  const url = new URL(target, 'https://api.invalid');
  const { Integration, RestApiId } = methodFor(deployment, url.pathname);
  const functionArn = /functions\/(arn:.+)\/response-streaming-invocations$/.exec(Integration.Uri)?.[1];
  if (Integration.ResponseTransferMode !== 'STREAM' || functionArn === undefined) throw new RangeError(Integration.Uri);
  const source = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${RestApiId}/netbird/${method}${url.pathname}`;
  if (!mayInvoke(deployment, functionArn, source)) throw new RangeError(`API Gateway may not invoke ${functionArn}`);
  const answer = await deployment.function('ApiFunction').invoke(eventOf(url, headers, method));
  return answerIn(Buffer.from((answer as { streamed: string }).streamed, 'base64'));
}

function methodFor({ template }: Deployment, path: string): Method {
  const proxies = template
    .all<{ PathPart: string }>('AWS::ApiGateway::Resource')
    .filter(({ properties }) => properties.PathPart === '{proxy+}')
    .map(({ logicalId }) => template.attribute(logicalId, 'Ref'));
  const method = template
    .all<Method>('AWS::ApiGateway::Method')
    .map(({ properties }) => properties)
    .find(({ ResourceId }) => proxies.includes(ResourceId) === (path !== '/'));
  if (method?.HttpMethod !== 'ANY') throw new RangeError(`The template has no method for ${path}`);
  return method;
}

function mayInvoke({ template }: Deployment, functionArn: string, source: string): boolean {
  return template
    .all<Permission>('AWS::Lambda::Permission')
    .map(({ properties }) => properties)
    .filter((it) => it.Principal === 'apigateway.amazonaws.com' && it.Action === 'lambda:InvokeFunction')
    .filter((it) => it.FunctionName === functionArn)
    .some(({ SourceArn = '' }) => patternOf(SourceArn).test(source));
}

function patternOf(arn: string): RegExp {
  const parts = arn.split('*').map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

function eventOf(url: URL, headers: Record<string, string>, httpMethod: string): APIGatewayProxyEvent {
  const names = [...new Set(url.searchParams.keys())];
  const query = Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)]));
  const event = {
    resource: url.pathname === '/' ? '/' : '/{proxy+}',
    path: url.pathname,
    httpMethod,
    headers,
    multiValueQueryStringParameters: names.length === 0 ? null : query,
    pathParameters: url.pathname === '/' ? null : { proxy: url.pathname.slice(1) },
    requestContext: { identity: { sourceIp: '192.0.2.1' }, stage: 'netbird', path: `/netbird${url.pathname}` },
    body: null,
    isBase64Encoded: false,
  };
  return event as unknown as APIGatewayProxyEvent;
}

function answerIn(streamed: Buffer): RestAnswer {
  const end = streamed.indexOf(DELIMITER);
  if (end < 0 || end > LONGEST_HEAD) throw new RangeError('The function streamed no head');
  const { statusCode, headers } = JSON.parse(streamed.subarray(0, end).toString());
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const body = streamed.subarray(end + DELIMITER.length);
  const isZipped = lower['content-encoding'] === 'gzip';
  return { status: statusCode, headers: lower, body: (isZipped ? gunzipSync(body) : body).toString() };
}
