import { App, Validations } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { apiEnv } from '../../functions/api/env.ts';
import { createStack, resourcesOf, SUBSCRIBERS, synth } from '../support/synth.ts';

const config = { subscribers: SUBSCRIBERS, api: true };
const template = synth({ config });

it('is not there unless the configuration asks for it', () => {
  const without = synth();
  without.resourceCountIs('AWS::ApiGateway::RestApi', 0);
  expect(JSON.stringify(without.toJSON())).not.toMatch(/ApiUrl|ApiGateway/);
});

describe('the front door', () => {
  it('streams, and leaves every path and method to the function', () => {
    const methods = resourcesOf(template, 'AWS::ApiGateway::Method').map(([, it]) => it.Properties);
    expect(methods).toHaveLength(2);
    for (const { HttpMethod, AuthorizationType, Integration } of methods) {
      expect({ HttpMethod, AuthorizationType }).toEqual({ HttpMethod: 'ANY', AuthorizationType: 'NONE' });
      expect(Integration).toMatchObject({
        Type: 'AWS_PROXY',
        ResponseTransferMode: 'STREAM',
        TimeoutInMillis: 900_000,
      });
      expect(JSON.stringify(Integration.Uri)).toContain('/response-streaming-invocations');
    }
    template.hasResourceProperties('AWS::ApiGateway::RestApi', {
      EndpointConfiguration: Match.objectLike({ Types: ['REGIONAL'] }),
    });
  });

  it('is throttled, in NetBird’s words', () => {
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 200 })],
    });
    template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
      ResponseType: 'THROTTLED',
      ResponseTemplates: { 'application/json': '{"message":"too many requests","code":429}' },
    });
  });

  it('logs accesses without header, query or key, and not for ever', () => {
    const [[, stage] = []] = resourcesOf(template, 'AWS::ApiGateway::Stage');
    const { Format, DestinationArn } = stage?.Properties.AccessLogSetting ?? {};
    expect(Object.keys(JSON.parse(Format))).toContain('status');
    expect(Format).not.toMatch(/header|authorization|querystring|apiKey/i);
    const [id] = DestinationArn['Fn::GetAtt'];
    const logs = Object.fromEntries(resourcesOf(template, 'AWS::Logs::LogGroup'));
    expect(logs[id]?.Properties.RetentionInDays).toBe(30);
    expect(stage?.Properties.MethodSettings[0].DataTraceEnabled ?? false).toBe(false);
  });

  it('is told to whoever deploys', () => {
    template.hasOutput('ApiUrl', { Value: Match.anyValue() });
  });
});

describe('the function behind it', () => {
  const [[id, resource] = []] = resourcesOf(template, 'AWS::Lambda::Function').filter(
    ([, it]) => it.Properties.Description === 'Events table → HTTPS',
  );

  it('accepts the environment that the template gives it', () => {
    const given = Object.fromEntries(
      Object.entries(resource?.Properties.Environment.Variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : 'a reference',
      ]),
    );
    expect(apiEnv.parse(given)).toMatchObject({ TENANT: 'default', RATE_PER_MINUTE: 120, RATE_BURST: 1200 });
    expect(Object.keys(given).toSorted()).toEqual(Object.keys(apiEnv.shape).toSorted());
  });

  it('reads events and keys, and may do nothing else', () => {
    const role = resource?.Properties.Role['Fn::GetAtt'][0];
    const statements = resourcesOf(template, 'AWS::IAM::Policy')
      .filter(([, it]) => it.Properties.Roles.some((each: { Ref: string }) => each.Ref === role))
      .flatMap(([, it]) => it.Properties.PolicyDocument.Statement);
    const actions = statements.flatMap(({ Action }) => Action);
    expect(new Set(actions)).toEqual(
      new Set([
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
      ]),
    );
    const ofState = statements.filter((it) => JSON.stringify(it.Resource).includes('TablesState'));
    expect(ofState).toEqual([
      expect.objectContaining({
        Action: 'dynamodb:BatchGetItem',
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['apikey#*'] } },
      }),
    ]);
    expect(JSON.stringify(statements.map((it) => it.Resource))).not.toMatch(/index\/\*|TablesAlerts/);
  });

  it('may be called by its front door only', () => {
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission')
      .map(([, it]) => it.Properties)
      .filter((it) => it.FunctionName['Fn::GetAtt']?.[0] === id);
    expect(permissions.map((it) => it.Principal)).toEqual(permissions.map(() => 'apigateway.amazonaws.com'));
    expect(permissions.length).toBeGreaterThan(0);
    for (const { SourceArn } of permissions) expect(SourceArn).toBeDefined();
  });

  it('raises alarms when it fails, which the runbook explains', () => {
    const said = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, it]) => it.Properties.AlarmDescription);
    expect(said.filter((text) => /^The API .* What to do: docs\/runbook\.md#a-function-/.test(text))).toHaveLength(3);
  });
});

it("keeps AWS's own rules for such stacks (cdk-nag, AwsSolutions)", () => {
  const app = new App();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  createStack(app, { config });
  expect(() => app.synth()).not.toThrow();
});
