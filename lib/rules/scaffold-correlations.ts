import type { CorrelationType } from '../model/rule.ts';

/** An example of one type of correlation. */
export interface CorrelationScaffold {
  readonly extension?: true;
  readonly service?: 'traffic';
  /** The rules that it counts: the end of their name, and one line of their selection. */
  readonly bases: readonly { readonly suffix: string; readonly selection: string }[];
  /** YAML after `rules`; `{suffix}` is the name of a rule that it counts. */
  readonly body: string;
  readonly title: string;
  /** YAML of `x-tests`. */
  readonly tests: string;
}

const DELETION = { suffix: 'event', selection: 'activity_code: route.delete' };
const TWO = [
  { suffix: 'first', selection: 'activity_code: user.password.change' },
  { suffix: 'second', selection: 'activity_code: policy.update' },
];
const FLOW = { suffix: 'event', selection: 'direction: EGRESS' };

const FIRST = (time: string, user = 'user-1'): string =>
  `- { timestamp: '2026-11-02T${time}Z', activity_code: user.password.change, initiator_id: ${user} }`;
const SECOND = (time: string, user = 'user-1'): string =>
  `- { timestamp: '2026-11-02T${time}Z', activity_code: policy.update, initiator_id: ${user}, target_id: policy-1 }`;
const deletions = (count: number, target = (n: number): string => `route-${n}`): string =>
  Array.from({ length: count }, (_, n) => {
    const time = `2026-11-02T10:00:${String(n).padStart(2, '0')}Z`;
    return `    - { timestamp: '${time}', activity_code: route.delete, initiator_id: user-1, target_id: ${target(n)} }`;
  }).join('\n');

const TEMPORAL: Omit<CorrelationScaffold, 'tests'> = {
  bases: TWO,
  body: 'group-by:\n  - initiator_id\ntimespan: 30m',
  title: '{{actor}} changed a password and then a policy',
};
const BOTH = `- name: one after the other
  events:
    ${FIRST('10:00:00')}
    ${SECOND('10:05:00')}
  alerts: 1
- name: one of the two
  events:
    ${SECOND('10:05:00')}
  alerts: 0
- name: 'near miss: two people'
  events:
    ${FIRST('10:00:00')}
    ${SECOND('10:05:00', 'user-2')}
  alerts: 0`;

/** Traffic rows of one peer with so many bytes each, one a minute. */
function flows(bytes: readonly number[]): string {
  return bytes
    .map(
      (sent, n) =>
        `    - { window_start: '2026-11-02T10:0${n}:00Z', reporter_id: peer-1, direction: EGRESS, tx_bytes: ${sent} }`,
    )
    .join('\n');
}

function ofTraffic(condition: string, firing: readonly number[], quiet: readonly number[]): CorrelationScaffold {
  return {
    service: 'traffic',
    bases: [FLOW],
    body: `group-by:\n  - reporter_id\ntimespan: 1h\ncondition:\n  field: tx_bytes\n  ${condition}`,
    title: '{{group.reporter_id}} sent {{value|bytes}}',
    tests: `- name: much
  events:
${flows(firing)}
  alerts:
    - { severity: medium, dedupKey: peer-1 }
- name: 'near miss: not quite as much'
  events:
${flows(quiet)}
  alerts: 0`,
  };
}

/** One example of each type. */
export const CORRELATION_SCAFFOLDS: Readonly<Record<CorrelationType, CorrelationScaffold>> = {
  event_count: {
    bases: [DELETION],
    body: 'group-by:\n  - initiator_id\ntimespan: 10m\ncondition:\n  gte: 5',
    title: '{{actor}} deleted at least {{value}} routes within 10 minutes',
    tests: `- name: five of them
  events:
${deletions(5)}
  alerts:
    - { severity: medium, dedupKey: user-1, count: 5 }
- name: 'near miss: four'
  events:
${deletions(4)}
  alerts: 0`,
  },
  value_count: {
    bases: [DELETION],
    body: 'group-by:\n  - initiator_id\ntimespan: 10m\ncondition:\n  field: target_id\n  gte: 3',
    title: '{{actor}} deleted {{value}} different routes within 10 minutes',
    tests: `- name: three different ones
  events:
${deletions(3)}
  alerts: 1
- name: 'near miss: the same one three times'
  events:
${deletions(3, () => 'route-1')}
  alerts: 0`,
  },
  temporal: {
    ...TEMPORAL,
    tests: `${BOTH}\n- name: in the other order, too\n  events:\n    ${SECOND('10:00:00')}\n    ${FIRST('10:05:00')}\n  alerts: 1`,
  },
  temporal_ordered: {
    ...TEMPORAL,
    tests: `${BOTH}\n- name: 'near miss: in the other order'\n  events:\n    ${SECOND('10:00:00')}\n    ${FIRST('10:05:00')}\n  alerts: 0`,
  },
  value_sum: ofTraffic('gte: 1000000000', [500_000_000, 500_000_000], [500_000_000, 499_999_999]),
  value_avg: ofTraffic('gte: 1000000', [500_000, 1_500_000], [500_000, 1_499_998]),
  value_percentile: ofTraffic('percentile: 90\n  gte: 1000000', [1_000_000, 1_000_000], [1, 1, 1]),
  value_median: ofTraffic('gte: 1000000', [1_000_000, 1_000_000, 5], [5, 5, 900_000]),
  new_value: {
    extension: true,
    bases: [{ suffix: 'event', selection: 'activity_code: peer.user.add' }],
    body: 'group-by:\n  - initiator_id\nfield: meta.location_country_code\ntimespan: 90d\nwarm-up: 7d',
    title: '{{actor}} added a peer from a new country: {{meta.location_country_code}}',
    tests: `- name: a new country, after a week
  events:
    - { timestamp: '2026-11-02T10:00:00Z', activity_code: peer.user.add, meta: { location_country_code: DE } }
    - { timestamp: '2026-11-12T10:00:00Z', activity_code: peer.user.add, meta: { location_country_code: BR } }
  alerts: 1
- name: a known country
  events:
    - { timestamp: '2026-11-02T10:00:00Z', activity_code: peer.user.add, meta: { location_country_code: DE } }
    - { timestamp: '2026-11-12T10:00:00Z', activity_code: peer.user.add, meta: { location_country_code: DE } }
  alerts: 0
- name: 'near miss: within the first week'
  events:
    - { timestamp: '2026-11-02T10:00:00Z', activity_code: peer.user.add, meta: { location_country_code: DE } }
    - { timestamp: '2026-11-08T10:00:00Z', activity_code: peer.user.add, meta: { location_country_code: BR } }
  alerts: 0`,
  },
  absence: {
    extension: true,
    bases: [{ suffix: 'event', selection: 'activity_code: policy.update' }],
    body: 'group-by:\n  - initiator_id\ntimespan: 1d\nforget: 30d',
    title: '{{actor}} has changed no policy for a day',
    tests: `# Any later event says that time has passed; silence after the last event of a test is not told.
- name: nothing for more than a day
  events:
    ${SECOND('10:00:00')}
    - { timestamp: '2026-11-03T10:00:01Z', activity_code: dashboard.login, initiator_id: user-2 }
  alerts:
    - { dedupKey: user-1, count: 0 }
- name: 'near miss: again after a day'
  events:
    ${SECOND('10:00:00')}
    - { timestamp: '2026-11-03T10:00:00Z', activity_code: policy.update, initiator_id: user-1 }
  alerts: 0`,
  },
  change: {
    extension: true,
    bases: [{ suffix: 'event', selection: 'activity_code: route.update' }],
    body: 'group-by:\n  - target_id\nfield: meta.peer_id\ntimespan: 30d',
    title: '{{actor}} moved {{target}} to another peer',
    tests: `- name: to another peer
  events:
    - { timestamp: '2026-11-02T10:00:00Z', activity_code: route.update, target_id: route-1, meta: { peer_id: peer-1 } }
    - { timestamp: '2026-11-02T11:00:00Z', activity_code: route.update, target_id: route-1, meta: { peer_id: peer-2 } }
  alerts: 1
- name: the same peer
  events:
    - { timestamp: '2026-11-02T10:00:00Z', activity_code: route.update, target_id: route-1, meta: { peer_id: peer-1 } }
    - { timestamp: '2026-11-02T11:00:00Z', activity_code: route.update, target_id: route-1, meta: { peer_id: peer-1 } }
  alerts: 0
- name: 'near miss: another route'
  events:
    - { timestamp: '2026-11-02T10:00:00Z', activity_code: route.update, target_id: route-1, meta: { peer_id: peer-1 } }
    - { timestamp: '2026-11-02T11:00:00Z', activity_code: route.update, target_id: route-2, meta: { peer_id: peer-2 } }
  alerts: 0`,
  },
  ratio: {
    extension: true,
    bases: [
      { suffix: 'part', selection: 'activity_code: user.block' },
      { suffix: 'whole', selection: 'activity_code: user.*' },
    ],
    body: 'timespan: 1h\ncondition:\n  gte: 0.5\nmin: 4',
    title: 'Half of what was done to users were blocks',
    tests: `- name: half of four
  events:
    - { activity_code: user.block }
    - { activity_code: user.block }
    - { activity_code: user.invite }
    - { activity_code: user.invite }
  alerts: 1
- name: 'near miss: a quarter'
  events:
    - { activity_code: user.block }
    - { activity_code: user.invite }
    - { activity_code: user.invite }
    - { activity_code: user.invite }
  alerts: 0
- name: 'near miss: too few'
  events:
    - { activity_code: user.block }
    - { activity_code: user.block }
    - { activity_code: user.block }
  alerts: 0`,
  },
  baseline: {
    extension: true,
    service: 'traffic',
    bases: [{ suffix: 'flow', selection: 'is_reporter_source: true' }],
    body: 'group-by:\n  - reporter_id\nfield: total_bytes\ntimespan: 1h\ncondition:\n  false-alarms: 1 per 30d\n  min: 100MB',
    title: '{{group.reporter_id}} moved {{value|bytes}} in an hour, usually {{expected|bytes}}',
    tests: `- name: two gigabytes at night, after three quiet weeks
  events:
    - { repeat: { every: 1h, for: 21d, vary: 30% }, window_start: '2026-10-12T00:10:00Z', tx_bytes: 20000000 }
    - { window_start: '2026-11-02T03:20:00Z', tx_bytes: 2000000000 }
    - { window_start: '2026-11-02T06:00:00Z', tx_bytes: 20000000 }
  alerts:
    - { severity: medium, dedupKey: peer-1 }
- name: the same hours as ever
  events:
    - { repeat: { every: 1h, for: 23d, vary: 30% }, window_start: '2026-10-12T00:10:00Z', tx_bytes: 20000000 }
  alerts: 0
- name: 'near miss: much more than usual, and not worth a word'
  events:
    - { repeat: { every: 1h, for: 21d, vary: 30% }, window_start: '2026-10-12T00:10:00Z', tx_bytes: 200000 }
    - { window_start: '2026-11-02T03:20:00Z', tx_bytes: 90000000 }
    - { window_start: '2026-11-02T06:00:00Z', tx_bytes: 200000 }
  alerts: 0`,
  },
};
