import { countsOf } from '../../functions/detect/counts.ts';
import { quarantineRejected } from '../../functions/detect/quarantine-rejected.ts';
import { metricLine } from '../../lib/model/metric.ts';
import type { QuarantinedRow } from '../../lib/store/ports.ts';

describe('records that could not be understood', () => {
  const keys = { pk: { S: 'acme#audit#2026-11-24' }, sk: { S: '2026-11-24T08:00:00.000000Z#7' } };

  it('are put aside under their tenant, with reason and keys', async () => {
    const rows: QuarantinedRow[] = [];
    const events = {
      putQuarantined: async (row: QuarantinedRow) => {
        rows.push(row);
        return true;
      },
    };
    await quarantineRejected(events, [{ reason: 'no image', keys }], new Date('2026-11-24T09:00:00Z'));
    expect(rows).toEqual([
      {
        tenant: 'acme',
        source: 'audit',
        receivedAt: '2026-11-24T09:00:00.000Z',
        raw: JSON.stringify(keys),
        reason: 'no image',
      },
    ]);
  });
});

describe('what a batch tells CloudWatch', () => {
  it('is one line that names its metrics and their values', () => {
    const report = {
      ...{ events: 1, history: 0, late: 0, outOfOrder: 2, findings: [], verdicts: [], lacking: 0, notes: [] },
      ...{ unmatched: 0, quiet: 0 },
      errors: [{ rule: 'broken', error: 'Error: broken' }],
      state: { writes: 0, conflicts: 0, fresh: 0, skipped: 0 },
    };
    const counts = countsOf({ Records: [{}] }, [], report);
    const line = JSON.parse(metricLine('detect-function', counts, new Date(1_700_000_000_000)));
    expect(line).toMatchObject({
      FunctionName: 'detect-function',
      RuleFailures: 1,
      RecordsOutOfOrder: 2,
      RecordsRead: 1,
    });
    const [{ Metrics, Dimensions, Namespace }] = line._aws.CloudWatchMetrics;
    expect([Namespace, Dimensions]).toEqual(['NetBirdAlerts', [['FunctionName']]]);
    for (const { Name } of Metrics) expect(line[Name]).toEqual(expect.any(Number));
  });
});
