import { formatDuration } from '../model/duration.ts';
import type { BooleanCondition, CorrelationInfo, Rule, RuleInfo, Schedule, Threshold } from '../model/rule.ts';
import { formatSize } from '../model/size.ts';
import { suppressMsOf } from '../model/suppression.ts';

const SIGNS = { gt: '>', gte: '≥', lt: '<', lte: '≤', eq: '=', neq: '≠' } as const;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** What the engine takes where a rule says nothing. */

/** What a rule looks for, one sentence without its end. */
export function ruleInWords(rule: Rule): string {
  if (rule.kind === 'correlation') return correlationInWords(rule);
  const { product, category, service } = rule.logsource;
  return `each matching event of ${[product, category, service].filter(Boolean).join(' ')}`;
}

function correlationInWords(rule: CorrelationInfo): string {
  const by = rule.groupBy.length > 0 ? ` for the same ${rule.groupBy.join(' and ')}` : '';
  const timespan = formatDuration(rule.timespanMs);
  switch (rule.type) {
    case 'new_value':
      return `${conditionInWords(rule)}${by} that was not seen for ${timespan}${warmUp(rule)}`;
    case 'absence':
      return `${conditionInWords(rule)}${by} for ${timespan} after there was one`;
    case 'baseline':
      return baselineInWords(rule, by);
    default:
      return `${conditionInWords(rule)}${by} within ${timespan}`;
  }
}

function conditionInWords(rule: CorrelationInfo): string {
  const { type, rules, field, threshold } = rule;
  const of = rules.join(', ');
  const value = field.join(' and ');
  switch (type) {
    case 'event_count':
      return `number of ${of} ${thresholdInWords(threshold)}`;
    case 'value_count':
      return `number of different ${value} of ${of} ${thresholdInWords(threshold)}`;
    case 'temporal':
    case 'temporal_ordered':
      return temporalInWords(rule);
    case 'new_value':
      return `new ${value} of ${of}`;
    case 'absence':
      return `no ${of}`;
    case 'change':
      return `other ${value} of ${of} than before`;
    case 'baseline':
      return value === '' ? `number of ${of}` : `${value} of ${of}`;
    case 'ratio':
      return `share of ${rules[0]} in ${rules[1]} ${thresholdInWords(threshold)}, of at least ${rule.min}`;
    case 'value_percentile':
      return `percentile ${rule.percentile} of ${value} of ${of} ${thresholdInWords(threshold)}`;
    default:
      return `${type.replace('value_', '')} of ${value} of ${of} ${thresholdInWords(threshold)}`;
  }
}

function baselineInWords(rule: CorrelationInfo, by: string): string {
  const { direction = 'up', falseAlarms, min = 0 } = rule.baseline ?? {};
  const unusual = { up: 'unusually high', down: 'unusually low', both: 'unusually high or low' }[direction];
  const least = direction === 'down' ? '' : `, at least ${amountInWords(min, rule.field[0])}`;
  const alarms = falseAlarms
    ? `; tuned for ${falseAlarms.count} false ${falseAlarms.count === 1 ? 'alarm' : 'alarms'} per ${formatDuration(falseAlarms.perMs)} over all of them`
    : '';
  return `${unusual} ${conditionInWords(rule)}${by} in ${formatDuration(rule.timespanMs)}, for the time of the week${least}${alarms}`;
}

/** `100 MB` of bytes, else the number. */
function amountInWords(amount: number, field: string | undefined): string {
  return field?.includes('bytes') ? formatSize(amount) : String(amount);
}

function temporalInWords({ type, rules, threshold, boolean }: CorrelationInfo): string {
  const what = boolean ? booleanInWords(boolean) : rules.join(' and ');
  const number = threshold.length === 0 ? '' : ` (number of them ${thresholdInWords(threshold)})`;
  return `${what}${number}${type === 'temporal_ordered' ? ', in this order,' : ''}`;
}

function booleanInWords(condition: BooleanCondition): string {
  if ('rule' in condition) return condition.rule;
  if ('not' in condition) return `not ${booleanInWords(condition.not)}`;
  const [parts, word] = 'and' in condition ? [condition.and, ' and '] : [condition.or, ' or '];
  return `(${parts.map(booleanInWords).join(word)})`;
}

function thresholdInWords(threshold: Threshold): string {
  return threshold.map(({ op, value }) => `${SIGNS[op]} ${value}`).join(' and ');
}

function warmUp({ warmUpMs }: CorrelationInfo): string {
  return warmUpMs > 0 ? `, beginning ${formatDuration(warmUpMs)} after the first` : '';
}

/** What a rule keeps between events, one sentence; undefined where it is nothing. */
export function stateInWords(rule: Rule): string | undefined {
  if (rule.kind === 'detection') return undefined;
  const group = rule.groupBy.length > 0 ? `for each ${rule.groupBy.join(' and ')}` : 'in all';
  return `One State item ${group}: ${memoryInWords(rule)}. A batch costs one read and one write for each group it touches.`;
}

function memoryInWords({ type, timespanMs, forgetMs, field }: CorrelationInfo): string {
  const timespan = formatDuration(timespanMs);
  switch (type) {
    case 'new_value':
      return `the last 1,000 different ${field.join(' and ')}, each for ${timespan}`;
    case 'absence':
      return `the last event${forgetMs === undefined ? '' : `, for ${formatDuration(forgetMs)}`}`;
    case 'baseline':
      return `what is usual at each hour of weekdays and weekends, its last 24 buckets and the largest contributors of the open one, in at most 1.5 KB; dropped after ${formatDuration(forgetMs ?? 0)} of nothing, and 16 items for all series together`;
    case 'change':
      return `the last ${field.join(' and ')}, for ${timespan}`;
    default:
      return `the events of ${timespan}, up to 1,000 one by one and older ones summed up`;
  }
}

/** What makes alerts of a rule the same, and for how long. */
export function dedupInWords(rule: Rule): string {
  const by = rule.alert.dedup ?? (rule.kind === 'correlation' ? rule.groupBy : [initiatorOf(rule)]);
  return `one alert for the same ${by.join(' and ') || 'rule'} within ${formatDuration(suppressMsOf(rule))}`;
}

function initiatorOf(rule: Extract<Rule, { kind: 'detection' }>): string {
  return rule.logsource.service === 'traffic' ? 'reporter_id' : 'initiator_id';
}

/** Who is told. */
export function statusInWords({ status, alerts }: Pick<RuleInfo, 'status' | 'alerts'>): string {
  if (!alerts) return 'feeds correlations and alerts nobody by itself';
  return status === 'experimental' ? 'experimental: records and tells nobody' : `${status}: tells people`;
}

/** `Mon Tue 07:00-20:00 Europe/Berlin; …`. */
export function scheduleInWords({ zone, windows }: Schedule): string {
  const clock = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const texts = windows.map(
    ({ days, from, to }) => `${days.map((day) => DAYS[day]).join(' ')} ${clock(from)}-${clock(to)}`,
  );
  return `${texts.join('; ')} ${zone}`;
}
