import { App, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { createStack } from '../support/synth.ts';

describe("AWS's own rules for such stacks (cdk-nag, AwsSolutions)", () => {
  it('are kept', () => {
    const app = new App();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    createStack(app);
    expect(() => app.synth()).not.toThrow();
    expect(process.exitCode ?? 0).toBe(0);
  });

  it('would tell of a breach', () => {
    const app = new App();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new Bucket(createStack(app), 'OpenBucket');
    expect(findings(app)).toMatch(/AwsSolutions-S10/);
  });
});

function findings(app: App): string {
  try {
    app.synth();
    return '';
  } catch (error) {
    return String(error);
  }
}
