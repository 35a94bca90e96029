import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { anchorOf } from '../../lib/infra/alarms.ts';
import { METRICS } from '../../lib/model/metric.ts';
import { resourcesOf, SUBSCRIBERS, synth } from '../support/synth.ts';

const template = synth();
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, it]) => it.Properties);
const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

describe('each alarm', () => {
  const linked = alarms.map((it) => /What to do: (\S+)#(\S+)$/.exec(it.AlarmDescription));

  it('links to a heading of the runbook that exists', () => {
    expect(alarms.length).toBeGreaterThan(20);
    expect(linked.map((link) => link?.[1])).toEqual(alarms.map(() => 'docs/runbook.md'));
    expect(linked.map((link) => link?.[2]).filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
  });

  it('is the reason for a heading: the runbook explains nothing that cannot happen', () => {
    expect(anchors.filter((anchor) => !linked.some((link) => link?.[2] === anchor))).toEqual([]);
  });

  it('links to where the runbook can be read', () => {
    const elsewhere = synth({ runbook: 'https://wiki.example.com/netbird' });
    elsewhere.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('https://wiki\\.example\\.com/netbird#the-token-is-rejected$'),
    });
  });

  it('tells operators when it starts and when it ends, by a topic that no function publishes to', () => {
    const [id] =
      resourcesOf(template, 'AWS::SNS::Topic').find(([, it]) => /operators/.test(it.Properties.DisplayName)) ?? [];
    expect(id).toBeDefined();
    for (const alarm of alarms) {
      expect(alarm.AlarmActions).toEqual([{ Ref: id }]);
      expect(alarm.OKActions).toEqual([{ Ref: id }]);
    }
    const rights = JSON.stringify(resourcesOf(template, 'AWS::IAM::Policy'));
    expect(rights).not.toContain(id);
  });

  it('takes silence for the failure where silence is what it looks for', () => {
    const quiet = alarms.filter((it) => it.TreatMissingData === 'breaching');
    expect(quiet.map((it) => it.MetricName).toSorted()).toEqual(['Invocations', 'Invocations', 'PollSucceeded']);
    for (const alarm of quiet) expect(alarm.ComparisonOperator).toBe('LessThanThreshold');
    expect(
      alarms.filter((it) => it.TreatMissingData !== 'breaching').every((it) => it.TreatMissingData === 'notBreaching'),
    ).toBe(true);
  });

  it('looks back no longer than CloudWatch can, at the longest interval, too', () => {
    const slow = synth({ config: { subscribers: SUBSCRIBERS, everyMs: 240 * 60_000 } });
    for (const [, { Properties }] of resourcesOf(slow, 'AWS::CloudWatch::Alarm')) {
      expect((Properties.Period ?? 300) * Properties.EvaluationPeriods).toBeLessThanOrEqual(86_400);
    }
  });
});

describe('operators', () => {
  it('are the e-mail addresses, whatever severities they asked for', () => {
    const subscriptions = resourcesOf(template, 'AWS::SNS::Subscription').map(([, it]) => it.Properties);
    const unfiltered = subscriptions.filter((it) => it.FilterPolicy === undefined);
    expect(unfiltered.map((it) => it.Endpoint)).toEqual(['security@example.com']);
  });

  it('are all subscribers where none has an e-mail address', () => {
    const texts = synth({
      config: { subscribers: [{ protocol: 'sms', endpoint: '+15555550100', severities: ['high'] }] },
    });
    texts.resourceCountIs('AWS::SNS::Subscription', 2);
  });
});

it('alarms read only metrics that functions write', () => {
  const own = alarms.filter((it) => it.Namespace === 'NetBirdAlerts').map((it) => it.MetricName);
  expect(own.length).toBeGreaterThan(4);
  expect(own.filter((name) => !METRICS.includes(name))).toEqual([]);
});

it('a heading has the anchor that GitHub gives it', () => {
  expect(anchorOf('Is it "quiet"? (A & B)')).toBe('is-it-quiet-a--b');
});
