import type { Alert } from '../../model/alert.ts';
import type { VolumeEvidence } from '../../model/evidence.ts';
import { microsText } from '../../model/timestamp.ts';
import { type Facts, sourceOf } from './facts.ts';

/** Grows only when a field changes its meaning or goes; new fields may come at any time. */
export const ALERT_SCHEMA = 'netbird-alerts/alert/1';

/** The alert for machines (docs/notifications.md). Names are whole, and escaped where a terminal would act on them. */
export function jsonOf(alert: Alert, facts: Facts): string {
  const { rule } = alert;
  const text = JSON.stringify({
    schema: ALERT_SCHEMA,
    id: alert.id,
    tenant: alert.tenant,
    source: sourceOf(alert),
    status: alert.status,
    severity: rule.severity,
    title: alert.title,
    rule: {
      key: rule.key,
      title: rule.title,
      status: rule.status,
      tags: rule.tags ?? [],
      ...(rule.description === undefined ? {} : { description: rule.description }),
      ...(rule.runbook === undefined ? {} : { runbook: rule.runbook }),
      falsepositives: rule.falsepositives ?? [],
    },
    dedupKey: alert.dedupKey,
    group: alert.group,
    count: alert.count,
    moreSinceLastNotice: facts.more,
    openedAt: microsText(alert.openedAt),
    firstEventAt: microsText(alert.firstEventAt),
    lastEventAt: microsText(alert.lastEventAt),
    revision: alert.revision,
    ...(alert.evidence ? { evidence: evidenceForMachines(alert.evidence) } : {}),
    events: alert.samples.map(({ ref, at, activity, actor, target }) => ({
      ref,
      at: microsText(at),
      activity,
      actor,
      target,
    })),
  });
  return text.replace(/[\p{Cc}\p{Cf}\p{Cn}\p{Zl}\p{Zp}]/gu, escaped);
}

function evidenceForMachines({ bucket: { start, end }, ...evidence }: VolumeEvidence): unknown {
  return { ...evidence, bucket: { start: microsText(start), end: microsText(end) } };
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
