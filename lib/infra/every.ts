import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters.ts';

export interface EveryProps {
  readonly rate: Duration;
  readonly target: LambdaFunction;
  readonly description: string;
  /** What the function is given. */
  readonly input: Record<string, string>;
}

/**
 * Invokes a function again and again. A missed tick is not made up for: the next one does its work. What neither the
 * scheduler nor Lambda could run ends in `deadLetters`.
 */
export class Every extends Construct {
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, props: EveryProps) {
    super(scope, id);
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.target.functionArn] }),
    );
    this.deadLetters.grantSendMessages(role);
    new Schedule(this, 'Schedule', {
      description: props.description,
      schedule: ScheduleExpression.rate(props.rate),
      target: new LambdaInvoke(props.target, {
        // CDK would add `<function>:*`; the statement above is all that is needed.
        role: role.withoutPolicyUpdates(),
        deadLetterQueue: this.deadLetters,
        input: ScheduleTargetInput.fromObject(props.input),
        maxEventAge: Duration.minutes(1),
        retryAttempts: 0,
      }),
    });
  }
}
