import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface PipelineFunctionProps {
  /** The folder that holds one bundle a function, as `bin/build.ts` writes them. */
  readonly assets: string;
  /** The function's folder in `functions/`. */
  readonly name: 'collect' | 'detect' | 'notify' | 'api';
  readonly description: string;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
  readonly memoryMegabytes: number;
}

/** One step of the pipeline: a bundle on Node 24, arm64, with its own log group and a role that may only log. */
export class PipelineFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    super(scope, id, {
      code: Code.fromAsset(join(props.assets, props.name)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      description: props.description,
      environment: props.environment,
      timeout: props.timeout,
      memorySize: props.memoryMegabytes,
      role,
      logGroup,
    });
  }
}
