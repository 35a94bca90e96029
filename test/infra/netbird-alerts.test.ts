import { Match } from 'aws-cdk-lib/assertions';
import { collectEnv } from '../../functions/collect/env.ts';
import { detectEnv } from '../../functions/detect/env.ts';
import { notifyEnv } from '../../functions/notify/env.ts';
import { TABLES } from '../../lib/store/schema.ts';
import { type Resource, resourcesOf, SUBSCRIBERS, synth } from '../support/synth.ts';

const template = synth();

const functionNamed = (description: string): [string, Resource] => {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ([, it]) => it.Properties.Description === description,
  );
  if (!found) throw new Error(`no function is described as "${description}"`);
  return found;
};
const collect = functionNamed('NetBird API → Events table');
const detect = functionNamed('Events stream → rule state → Alerts table');
const notify = functionNamed('Alerts stream → SNS');

describe('the tables', () => {
  it.each(TABLES)('have the keys, indexes and stream of the schema: $name', (schema) => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: schema.partitionKey.name, KeyType: 'HASH' },
        ...(schema.sortKey ? [{ AttributeName: schema.sortKey.name, KeyType: 'RANGE' }] : []),
      ],
      GlobalSecondaryIndexes: schema.globalIndexes.map((index) => Match.objectLike({ IndexName: index.name })),
      ...(schema.stream && { StreamSpecification: { StreamViewType: schema.stream } }),
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it('are kept, recoverable, encrypted, and paid by the request', () => {
    template.allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      },
    });
    template.resourceCountIs('AWS::DynamoDB::Table', 3);
  });

  it('go with the stack where nobody wants to keep them', () => {
    synth({ keepData: false }).allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });

  it('keep an item collection whole: Events has a local index on an attribute that no item has', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      LocalSecondaryIndexes: [
        Match.objectLike({
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'neverSet', KeyType: 'RANGE' },
          ],
        }),
      ],
    });
  });
});

describe('the streams', () => {
  const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(([, it]) => it.Properties);

  it('are read in order, from the start, and nothing is given up before 20 hours', () => {
    expect(mappings).toHaveLength(2);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({
        ParallelizationFactor: 1,
        StartingPosition: 'TRIM_HORIZON',
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRecordAgeInSeconds: 20 * 3600,
      });
      expect(mapping.MaximumRetryAttempts ?? -1).toBe(-1);
    }
  });

  it('leave what was given up in a bucket, with its payload', () => {
    const buckets = resourcesOf(template, 'AWS::S3::Bucket').map(([id]) => id);
    const destinations = mappings.map((it) => it.DestinationConfig.OnFailure.Destination['Fn::GetAtt'][0]);
    expect(destinations.toSorted()).toEqual(buckets.toSorted());
  });

  it('wake detect for events and watermarks of the tenant, not for quarantine or deletions', () => {
    expect(patternOf(detect)).toEqual({
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { Keys: { pk: { S: [{ prefix: 'default#audit#' }, { prefix: 'default#traffic#' }] } } },
    });
  });

  it('wake notify for rows with something to tell, 20 seconds together', () => {
    expect(patternOf(notify)).toEqual({
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { NewImage: { toSendAt: { N: [{ exists: true }] } } },
    });
    expect(mappingOf(notify).MaximumBatchingWindowInSeconds).toBe(20);
  });

  function mappingOf([id]: [string, Resource]) {
    return mappings.find((it) => it.FunctionName.Ref === id);
  }

  function patternOf(target: [string, Resource]): unknown {
    return JSON.parse(mappingOf(target).FilterCriteria.Filters[0].Pattern);
  }
});

describe('the functions', () => {
  it.each([
    ['collect', collect, collectEnv],
    ['detect', detect, detectEnv],
    ['notify', notify, notifyEnv],
  ] as const)('%s accepts the environment that the template gives it', (_name, [, resource], schema) => {
    const given = resolved(resource.Properties.Environment.Variables);
    expect(schema.parse(given)).toBeDefined();
    expect(Object.keys(given).filter((name) => !(name in schema.shape))).toEqual([]);
  });

  it.each([
    ['collect', collect, collectEnv, 'TOKEN_SECRET'],
    ['detect', detect, detectEnv, 'STATE_TABLE'],
    ['notify', notify, notifyEnv, 'TOPIC_ARN'],
  ] as const)('%s refuses to start without what it needs', (_name, [, resource], schema, missing) => {
    const { [missing]: _, ...rest } = resolved(resource.Properties.Environment.Variables);
    expect(() => schema.parse(rest)).toThrow(missing);
  });

  it('run on Node 24 and arm64, with a log that is not kept for ever', () => {
    template.allResourcesProperties('AWS::Lambda::Function', { Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    template.resourceCountIs('AWS::Logs::LogGroup', 3);
  });

  it('never hold the token', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/nbp_|SecretString|resolve:secretsmanager/);
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      SecretString: Match.absent(),
      GenerateSecretString: Match.absent(),
    });
  });

  it('find the token in a secret that was there before, where the configuration names one', () => {
    const own = synth({ config: { subscribers: SUBSCRIBERS, tokenSecretName: 'netbird/token' } });
    own.resourceCountIs('AWS::SecretsManager::Secret', 0);
    own.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ TOKEN_SECRET: 'netbird/token' }) },
    });
  });
});

describe('the schedules', () => {
  it('run collect and notify every minute, and keep what could not be run', () => {
    const targets = resourcesOf(template, 'AWS::Scheduler::Schedule').map(([, it]) => it.Properties);
    expect(targets.map((it) => it.ScheduleExpression)).toEqual(['rate(1 minute)', 'rate(1 minute)']);
    expect(targets.map((it) => it.Target.Arn['Fn::GetAtt'][0]).toSorted()).toEqual([collect[0], notify[0]].toSorted());
    for (const { Target } of targets) expect(Target.DeadLetterConfig.Arn).toBeDefined();
    template.allResourcesProperties('AWS::Lambda::EventInvokeConfig', {
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
      MaximumRetryAttempts: 0,
    });
  });

  it('follow the configuration', () => {
    const slow = synth({ config: { subscribers: SUBSCRIBERS, everyMs: 5 * 60_000 } });
    slow.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(5 minutes)' });
  });

  it.each([30_000, 90_000, 5 * 3_600_000])('refuse an interval of %d ms, which alarms could not watch', (everyMs) => {
    expect(() => synth({ config: { subscribers: SUBSCRIBERS, everyMs } })).toThrow(/1 to 240 whole minutes/);
  });
});

describe('the rights', () => {
  const statements = resourcesOf(template, 'AWS::IAM::Policy').flatMap(([id, it]) =>
    it.Properties.PolicyDocument.Statement.map((statement: object) => ({ id, ...statement })),
  );
  const actionsOf = (name: string): string[] =>
    statements.filter(({ id }) => id.includes(`${name}FunctionRole`)).flatMap(({ Action }) => Action);

  it('name actions and resources one by one', () => {
    expect(statements.length).toBeGreaterThan(10);
    for (const { Action, Resource } of statements) {
      expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
      for (const resource of [Resource].flat()) expect(resource).not.toBe('*');
    }
    // The one pattern: where Lambda puts batches that were given up.
    const patterns = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('*'));
    expect(patterns.map(({ Action }) => Action)).toEqual(['s3:PutObject', 's3:PutObject']);
  });

  it('let only notify publish, and only collect read the token', () => {
    expect(actionsOf('Collector')).toContain('secretsmanager:GetSecretValue');
    expect(actionsOf('Collector')).not.toContain('sns:Publish');
    expect(actionsOf('Notifier')).toContain('sns:Publish');
    expect(actionsOf('Notifier')).not.toContain('secretsmanager:GetSecretValue');
    expect(actionsOf('Detector').filter((action) => /sns|secrets/.test(action))).toEqual([]);
  });

  it('delete nothing but state, and nowhere scan', () => {
    const all = ['Collector', 'Detector', 'Notifier'].flatMap(actionsOf);
    expect(all).not.toContain('dynamodb:Scan');
    expect(actionsOf('Notifier')).not.toContain('dynamodb:DeleteItem');
  });
});

describe('the topics', () => {
  it('tell each subscriber what it asked for, and keep what it refused', () => {
    for (const { protocol, endpoint, severities } of SUBSCRIBERS) {
      template.hasResourceProperties('AWS::SNS::Subscription', {
        Protocol: protocol,
        Endpoint: endpoint,
        FilterPolicy: { severity: severities },
        RedrivePolicy: { deadLetterTargetArn: Match.anyValue() },
      });
    }
  });

  it('reach a queue and a function by ARN', () => {
    const endpoints = [
      'arn:aws:sqs:eu-central-1:123456789012:q',
      'arn:aws:lambda:eu-central-1:123456789012:function:f',
    ];
    const subscribers = endpoints.map((endpoint) => ({ protocol: 'json', endpoint, severities: ['high'] }) as const);
    const machines = synth({ config: { subscribers } });
    for (const [index, Protocol] of ['sqs', 'lambda'].entries()) {
      machines.hasResourceProperties('AWS::SNS::Subscription', { Protocol, Endpoint: endpoints[index] });
    }
  });

  it('take only encrypted connections, and alerts rest encrypted', () => {
    template.resourceCountIs('AWS::SNS::TopicPolicy', 2);
    template.allResourcesProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      }),
    });
    template.hasResourceProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: 'alias/aws/sns',
      DisplayName: 'NetBird alerts',
    });
  });
});

it('the stack is made of these, and no more', () => {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values<Resource>(template.toJSON()['Resources']))
    counts[Type] = (counts[Type] ?? 0) + 1;
  expect(counts).toMatchSnapshot();
});

it.each([
  [false as const, {}],
  [
    { everyMs: 600_000, store: 'rollup', shards: 4 } as const,
    { TRAFFIC_EVERY_MS: '600000', TRAFFIC_STORE: 'rollup', TRAFFIC_SHARDS: '4' },
  ],
])('collects traffic as configured: %j', (traffic, wanted) => {
  const [, collector] = resourcesOf(
    synth({ config: { subscribers: SUBSCRIBERS, traffic } }),
    'AWS::Lambda::Function',
  ).find(([, it]) => it.Properties.Description === 'NetBird API → Events table') ?? ['', collect[1]];
  const variables: Record<string, unknown> = collector.Properties.Environment.Variables;
  expect(Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith('TRAFFIC')))).toEqual(wanted);
});

/** Variables with references replaced by names, as they arrive in the function. */
function resolved(variables: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : `resolved-${name}`]),
  );
}
