import type { Alert } from '../../lib/model/alert.ts';
import type { EventSummary } from '../../lib/model/finding.ts';

export const START = Date.parse('2026-11-23T15:51:34.035Z') * 1000;
const SECOND = 1_000_000;

/** The n-th event of the alert below, a second apart. */
export function sample(n: number, over: Partial<EventSummary> = {}): EventSummary {
  const at = START + n * SECOND;
  const ref = `default#audit#2026-11-23|${new Date(at / 1000).toISOString()}#${70 + n}`;
  return { ref, at, activity: 'route.delete', actor: 'backup-agent', target: `route-${n + 1}`, ...over };
}

/** Fourteen deletions by one service user. */
export function alert(over: Partial<Alert> = {}): Alert {
  return {
    id: '3f2a90cc51d07be4',
    tenant: 'default',
    rule: {
      key: 'route_deleted',
      title: 'Route deleted',
      status: 'stable',
      severity: 'high',
      suppressMs: 3_600_000,
      description: 'A deleted route cuts sites off.\nAttackers delete routes to hide or to harm.',
      falsepositives: ['Planned work on the network'],
      runbook: 'Ask backup-agent’s owner. If nobody planned it, block the user: https://docs.netbird.io/how-to/users',
      tags: ['attack.t1562.007', 'attack.impact'],
    },
    dedupKey: 'u1',
    group: { initiator_id: 'd12ab' },
    title: 'Route deleted',
    status: 'open',
    openedAt: START,
    firstEventAt: START,
    lastEventAt: START + 13 * SECOND,
    count: 14,
    samples: Array.from({ length: 14 }, (_, n) => sample(n)),
    revision: 1,
    reason: 'opened',
    toSendAt: START / 1000 + 20_000,
    ...over,
  };
}
