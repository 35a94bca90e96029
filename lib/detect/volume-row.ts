import { type EventChange, isAuditEvent } from '../model/change.ts';
import type { TrafficEvent } from '../model/traffic.ts';
import type { Row } from './correlations/row.ts';
import type { CorrelationPlan } from './plan.ts';
import { readerOf } from './read-field.ts';
import type { Names } from './summary.ts';

/** What an event adds to a baseline's bucket, as its rule of that number; `value` where it sums up a field. */
export function volumeRow(plan: CorrelationPlan, rule: number, change: EventChange, value: number | undefined): Row {
  const { at, event, position } = change;
  const { info } = plan;
  const top: string[] = [];
  for (const read of plan.topReaders) top.push(read(event) ?? '');
  return {
    at,
    nanos: 0,
    id: '',
    // An event that several of its rules matched must be counted once.
    ref: info.rules.length > 1 ? `${position.partition}|${position.sequence}` : '',
    by: RULES[rule] ?? [rule],
    top,
    ...(value === undefined ? {} : { value }),
    ...(change.growth ? { n: 0 } : {}),
    ...(change.history ? { history: true } : {}),
  };
}

/** Lists that all rows have in common. */
const RULES: readonly (readonly number[])[] = [[0], [1], [2], [3]];

/** What the values of group fields are called, as far as the event or the memory of names says it. */
export function groupNames(fields: readonly string[], event: object, names: Names): Record<string, string> {
  const named = fields.flatMap((field): [string, string][] => {
    const id = readerOf(field)(event) ?? '';
    const name = nameIn(field, id, event) || (names.get(id)?.name ?? '');
    return name === '' || name === id ? [] : [[field, name]];
  });
  return Object.fromEntries(named);
}

const NAMES_OF: Readonly<Record<string, readonly string[]>> = {
  'source.id': ['source.name'],
  src_ip: ['source.name'],
  'destination.id': ['destination.name'],
  dst_ip: ['destination.name'],
  'user.id': ['user.email', 'user.name'],
  'policy.id': ['policy.name'],
  initiator_id: ['initiator_name', 'initiator_email'],
};

function nameIn(field: string, id: string, event: object): string {
  if (field === 'reporter_id') return nameOfReporter(id, event as TrafficEvent);
  for (const name of NAMES_OF[field] ?? []) {
    const text = readerOf(name)(event);
    if (text) return text;
  }
  return '';
}

function nameOfReporter(id: string, { source, destination }: TrafficEvent): string {
  if (source?.id === id) return source.name;
  return destination?.id === id ? destination.name : '';
}

/** Peers that reported flows of others: their rows do not name them. */
export function routersIn({ event }: EventChange): string[] {
  if (isAuditEvent(event)) return [];
  const { reporter_id: id, source, destination } = event;
  return id === '' || id === source.id || id === destination.id ? [] : [id];
}
