import type { Alert } from '../../lib/model/alert.ts';
import type { VolumeEvidence } from '../../lib/model/evidence.ts';
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

const HOUR = 3_600_000_000;
/** 2026-11-23T02:00:00Z. */
const NIGHT = Date.parse('2026-11-23T02:00:00Z') * 1000;

/** A night transfer by a laptop. */
export function volumeEvidence(over: Partial<VolumeEvidence> = {}): VolumeEvidence {
  const usual = (hour: number): number => (hour < 7 || hour > 19 ? 0 : 100e6 * Math.sin(((hour - 6) / 14) * Math.PI));
  return {
    source: 'traffic',
    value: 12_400_000_000,
    unit: 'bytes',
    field: 'total_bytes',
    bucket: { start: NIGHT, end: NIGHT + HOUR },
    isOpen: false,
    direction: 'up',
    channel: 'up',
    score: 7.4,
    threshold: 4.1,
    learning: false,
    expected: 2_000_000,
    low: 1_000_000,
    high: 210_000_000,
    emptyShare: 0.6,
    seen: 20,
    highest28: 940_000_000,
    reasons: [
      { is: 'above-usual', times: 59.04 },
      { is: 'highest', days: 28 },
      { is: 'goes-on', buckets: 2 },
    ],
    recent: Array.from({ length: 24 }, (_, n) => {
      const hour = (n + 3) % 24;
      const value = n === 23 ? 12_400_000_000 : n === 22 ? 4_100_000_000 : usual(hour);
      return { value, low: usual(hour) / 2, high: usual(hour) * 2 };
    }),
    top: [
      {
        field: 'destination.name',
        values: [
          { name: 'backup-eu', value: 11_900_000_000 },
          { name: 'files', value: 450e6 },
        ],
      },
      { field: 'dst_port', values: [{ name: '443', value: 12_350_000_000 }] },
      { field: 'user.email', values: [{ name: 'anna@acme.example', value: 12_400_000_000 }] },
    ],
    names: { reporter_id: 'laptop-7' },
    ...over,
  };
}

/** What a baseline tells of it. */
export function volumeAlert(over: Partial<Alert> = {}, evidence: Partial<VolumeEvidence> = {}): Alert {
  return alert({
    rule: {
      key: 'unusual_peer_volume',
      title: 'Unusual traffic volume of a peer',
      status: 'stable',
      severity: 'high',
      suppressMs: 43_200_000,
    },
    dedupKey: 'ch8i4ug6lnn4g9hqv7m0',
    group: { reporter_id: 'ch8i4ug6lnn4g9hqv7m0' },
    title: 'laptop-7 moved 12.4 GB in an hour, usually 2 MB',
    openedAt: NIGHT,
    firstEventAt: NIGHT,
    lastEventAt: NIGHT + HOUR - 1,
    count: 132,
    samples: [],
    evidence: volumeEvidence(evidence),
    ...over,
  });
}
