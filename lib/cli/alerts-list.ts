import { ALERT_STATUSES, type Alert, type AlertStatus } from '../model/alert.ts';
import type { VolumeEvidence } from '../model/evidence.ts';
import { microsText } from '../model/timestamp.ts';
import { type Command, OK } from './command.ts';
import { type Listing, writeRows } from './output/rows.ts';
import { formatOf, OUTPUT_OPTION, STORE_OPTIONS, tenantOf, withStores } from './store-options.ts';
import { timeOption } from './time-option.ts';

export const alertsList: Command = {
  usage:
    '--data DIR [--status STATUS] [--rule NAME] [--since 2h]\n' +
    '                                  [--tenant NAME] [--output table|json|ndjson|csv]',
  description: `Lists alerts, newest first, with the reason why each was told or not.
Also works while \`local\` runs on the folder.`,
  options: {
    ...STORE_OPTIONS,
    status: { value: 'STATUS', help: ALERT_STATUSES.join(' | '), choices: ALERT_STATUSES },
    rule: { value: 'NAME', help: 'the name of the rule, as `rules list` shows it' },
    since: { value: 'WHEN', help: 'opened since: 2h, 7d, 2026-11-23 or 2026-11-23T15:49:14Z' },
    ...OUTPUT_OPTION,
  },
  async run(args, host) {
    const [status, rule, since] = [args.text('status'), args.text('rule'), args.text('since')];
    const query = {
      tenant: tenantOf(args),
      ...(status !== undefined && { status: status as AlertStatus }),
      ...(rule !== undefined && { rule }),
      ...(since !== undefined && { since: timeOption('since', since, host.clock()) }),
    };
    await withStores(args, async ({ alerts }) => {
      await writeRows(host.out, formatOf(args), LISTING, alerts.list(query));
    });
    return OK;
  },
};

const LISTING: Listing<Alert> = {
  json: asJson,
  csv: {
    id: (alert) => alert.id,
    openedAt: (alert) => microsText(alert.openedAt),
    firstEventAt: (alert) => microsText(alert.firstEventAt),
    lastEventAt: (alert) => microsText(alert.lastEventAt),
    severity: (alert) => alert.rule.severity,
    status: (alert) => alert.status,
    rule: (alert) => alert.rule.key,
    count: (alert) => String(alert.count),
    title: (alert) => alert.title,
    dedupKey: (alert) => alert.dedupKey,
    reason: (alert) => alert.reason,
    notifiedAt: (alert) => notifiedAt(alert) ?? '',
  },
  table: [
    { title: 'OPENED', width: 20, value: (alert) => `${microsText(alert.openedAt).slice(0, 19)}Z` },
    { title: 'SEVERITY', width: 13, value: (alert) => alert.rule.severity },
    { title: 'STATUS', width: 12, value: (alert) => alert.status },
    { title: 'COUNT', width: 5, value: (alert) => String(alert.count) },
    { title: 'REASON', width: 12, value: (alert) => alert.reason },
    { title: 'RULE', width: 28, value: (alert) => alert.rule.key },
    { title: 'TITLE', width: 0, value: (alert) => alert.title },
  ],
  none: 'No alert fits. `netbird-alerts rules list` shows what is looked for.',
};

/** An alert as people's scripts read it: times as text. */
function asJson(alert: Alert): unknown {
  const { revision: _, toSendAt, notifiedAt: _n, samples, evidence, ...fields } = alert;
  const sent = notifiedAt(alert);
  return {
    ...fields,
    openedAt: microsText(alert.openedAt),
    firstEventAt: microsText(alert.firstEventAt),
    lastEventAt: microsText(alert.lastEventAt),
    samples: samples.map((sample) => ({ ...sample, at: microsText(sample.at) })),
    ...(evidence && { evidence: evidenceAsJson(evidence) }),
    ...(toSendAt !== undefined && { toSendAt: new Date(toSendAt).toISOString() }),
    ...(sent !== undefined && { notifiedAt: sent }),
  };
}

function evidenceAsJson({ bucket: { start, end }, ...evidence }: VolumeEvidence): unknown {
  return { ...evidence, bucket: { start: microsText(start), end: microsText(end) } };
}

function notifiedAt(alert: Alert): string | undefined {
  return alert.notifiedAt === undefined ? undefined : new Date(alert.notifiedAt).toISOString();
}
