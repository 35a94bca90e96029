const KINDS = ['a', 'b', 'c']
  .map(
    (kind) => `
title: Kind ${kind}
name: kind_${kind}
status: stable
level: low
logsource: {product: netbird, service: audit}
detection:
  selection: {activity_code: kind.${kind}}
  condition: selection
`,
  )
  .join('---');

/** Suppression longer than the data, so that an alert holds all findings of its dedup key. */
function correlation(name: string, body: string, extension = false): string {
  return `
title: ${name}
name: ${name}
status: stable
level: high
${extension ? 'x-correlation' : 'correlation'}:
  group-by: [initiator_id]
${body
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
x-alert: {suppress: 30d}
`;
}

/** One rule of every correlation type over three kinds of events (`kind.a` to `kind.c`, `initiator_id`, `meta.value`). */
export const RULES_OF_ALL_TYPES = [
  KINDS,
  correlation('count', 'type: event_count\nrules: [kind_a]\ntimespan: 60s\ncondition: {gte: 3}'),
  correlation('count_range', 'type: event_count\nrules: [kind_a]\ntimespan: 60s\ncondition: {gte: 2, lt: 4}'),
  correlation(
    'distinct',
    'type: value_count\nrules: [kind_a, kind_b]\ntimespan: 50s\ncondition: {field: meta.value, gt: 2}',
  ),
  correlation('together', 'type: temporal\nrules: [kind_a, kind_b, kind_c]\ntimespan: 40s'),
  correlation('in_order', 'type: temporal_ordered\nrules: [kind_a, kind_b, kind_c]\ntimespan: 60s'),
  correlation(
    'not_c',
    'type: temporal\nrules: [kind_a, kind_b, kind_c]\ntimespan: 40s\ncondition: kind_a and kind_b and not kind_c',
  ),
  correlation(
    'a_without_b',
    'type: temporal_ordered\nrules: [kind_a, kind_b]\ntimespan: 40s\ncondition: kind_a and not kind_b',
  ),
  correlation('sum', 'type: value_sum\nrules: [kind_b]\ntimespan: 60s\ncondition: {field: meta.value, gte: 5}'),
  correlation('mean', 'type: value_avg\nrules: [kind_b]\ntimespan: 60s\ncondition: {field: meta.value, gt: 2}'),
  correlation(
    'percentile',
    'type: value_percentile\nrules: [kind_b]\ntimespan: 60s\ncondition: {field: meta.value, gt: 2, percentile: 75}',
  ),
  correlation('median', 'type: value_median\nrules: [kind_b]\ntimespan: 60s\ncondition: {field: meta.value, gte: 3}'),
  correlation('first_seen', 'type: new_value\nrules: [kind_a]\nfield: meta.value\ntimespan: 120s\nwarm-up: 60s', true),
  correlation('silent', 'type: absence\nrules: [kind_a]\ntimespan: 60s\nforget: 400s', true),
  correlation('changed', 'type: change\nrules: [kind_c]\nfield: meta.value\ntimespan: 300s', true),
  correlation('share', 'type: ratio\nrules: [kind_a, kind_b]\ntimespan: 60s\ncondition: {gte: 2}\nmin: 1', true),
  correlation('chained', 'type: event_count\nrules: [count]\ntimespan: 120s\ncondition: {gte: 2}'),
  correlation('chained_order', 'type: temporal_ordered\nrules: [count, kind_c]\ntimespan: 120s'),
  correlation('chained_closed', 'type: event_count\nrules: [silent]\ntimespan: 400s\ncondition: {gte: 2}'),
  correlation(
    'chained_not',
    'type: temporal_ordered\nrules: [count, kind_b]\ntimespan: 40s\ncondition: count and not kind_b',
  ),
].join('---');
