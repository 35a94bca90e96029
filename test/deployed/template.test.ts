import { matchesPattern } from '../support/deployed/event-pattern.ts';
import { decides, serviceMay } from '../support/deployed/policies.ts';
import { ACCOUNT, REGION, Template } from '../support/deployed/template.ts';

const topicArn = { Ref: 'Topic' };
const deny = { Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: topicArn };

function templateWith(...statements: object[]): Template {
  const PolicyDocument = { Statement: statements };
  const policy = { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [topicArn], PolicyDocument } };
  return new Template({
    Resources: { Topic: { Type: 'AWS::SNS::Topic' }, ...(statements.length > 0 && { Policy: policy }) },
  });
}

describe('a reference in a template', () => {
  const template = templateWith();
  const arn = template.attribute('Topic', 'Ref');

  it.each([
    [{ Ref: 'Topic' }, arn],
    [{ Ref: 'AWS::Region' }, REGION],
    [{ 'Fn::GetAtt': ['Topic', 'TopicArn'] }, arn],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] }, `a-${ACCOUNT}`],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::Sub': `\${AWS::Partition} \${Topic} \${Topic.TopicArn}` }, `aws ${arn} ${arn}`],
    [{ 'Fn::Sub': [`\${x}`, { x: { Ref: 'AWS::Region' } }] }, REGION],
    [{ a: [{ Ref: 'AWS::NoValue' }, 1], b: { Ref: 'AWS::NoValue' } }, { a: [1] }],
  ])('%j is resolved', (value, expected) => {
    expect(template.resolve(value)).toEqual(expected);
  });

  it('that is not known stops the test', () => {
    expect(() => template.resolve({ 'Fn::ImportValue': 'x' })).toThrow(RangeError);
    expect(() => template.resolve({ Ref: 'Nobody' })).toThrow(RangeError);
  });
});

describe('a policy', () => {
  const allow = { Effect: 'Allow', Action: ['dynamodb:Get*'], Resource: 'arn:aws:dynamodb:*:*:table/a' } as const;

  it.each([
    ['dynamodb:GetItem', 'arn:aws:dynamodb:r:1:table/a', true],
    ['dynamodb:PutItem', 'arn:aws:dynamodb:r:1:table/a', false],
    ['dynamodb:GetItem', 'arn:aws:dynamodb:r:1:table/a/index/b', false],
  ])('allows exactly its actions on its resources: %s on %s', (action, resource, expected) => {
    expect(decides([allow], { action, resource })).toBe(expected);
  });

  it('denies what it denies, whatever else allows it', () => {
    const wish = { action: 'dynamodb:GetItem', resource: 'arn:aws:dynamodb:r:1:table/a' };
    expect(decides([allow, { ...allow, Effect: 'Deny' }], wish)).toBe(false);
    const overPlainHttp = { Bool: { 'aws:SecureTransport': 'false' } };
    expect(decides([allow, { ...allow, Effect: 'Deny', Condition: overPlainHttp }], wish)).toBe(true);
  });

  it('of a topic takes the place of the one that admits the account’s services', () => {
    const service = 'cloudwatch.amazonaws.com';
    const condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const allowance = { ...deny, Effect: 'Allow', Principal: { Service: service } };
    const may = (template: Template) =>
      serviceMay(template, service, { action: 'sns:Publish', resource: template.attribute('Topic', 'Ref') });
    expect(may(templateWith())).toBe(true);
    expect(may(templateWith({ ...deny, Condition: condition }))).toBe(false);
    expect(may(templateWith({ ...deny, Condition: condition }, allowance))).toBe(true);
    expect(may(templateWith({ ...allowance, Condition: { StringEquals: { 'aws:SourceAccount': '1' } } }))).toBe(false);
  });
});

describe('an event pattern', () => {
  it.each([
    [{ a: ['x', 'y'] }, { a: 'y' }, true],
    [{ a: [{ prefix: 'x#' }] }, { a: 'x#1' }, true],
    [{ a: [{ prefix: 'x#' }] }, { a: 'y#1' }, false],
    [{ a: { b: [{ exists: true }] } }, { a: {} }, false],
    [{ a: { b: [{ exists: false }] } }, {}, true],
    [{ a: ['x'], b: ['y'] }, { a: 'x' }, false],
  ])('%j passes %j: %s', (pattern, value, expected) => {
    expect(matchesPattern(pattern, value)).toBe(expected);
  });
});
