import { InputError } from '../../../model/errors.ts';
import { namesIn } from '../../../model/names.ts';
import { dayOf, type Micros } from '../../../model/timestamp.ts';
import { splitAddress, type TrafficEvent } from '../../../model/traffic.ts';
import { hourOf } from '../../../model/traffic-partition.ts';
import type { NameBook } from '../../remembered-names.ts';
import { type AuditRow, actorAndTarget } from '../audit-feed.ts';
import type { Conversation } from './conversations.ts';
import type { Group } from './tally.ts';

/** What `--by` takes. */
export const DIMENSIONS = ['activity', 'actor', 'target', 'peer', 'user', 'hour', 'day'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Shown in the order of time, not of size. */
export function isTime(by: Dimension): boolean {
  return by === 'hour' || by === 'day';
}

/** Stands for an empty id. */
const NONE = '(none)';

type AuditGrouping = (event: AuditRow, at: Micros, names: NameBook) => readonly Group[];

const AUDIT: Readonly<Partial<Record<Dimension, AuditGrouping>>> = {
  activity: (event) => [{ key: event.activity_code, name: event.activity }],
  actor: (event, _, names) => [grouped(event.initiator_id, actorAndTarget(event, names).actor)],
  target: (event, _, names) => [grouped(event.target_id, actorAndTarget(event, names).target)],
  peer: (event, _, names) =>
    isAboutPeer(event, names) ? [grouped(event.target_id, actorAndTarget(event, names).target)] : [],
  hour: (_, at) => [hour(at)],
  day: (_, at) => [day(at)],
};

const TRAFFIC: Readonly<Partial<Record<Dimension, (conversation: Conversation) => readonly Group[]>>> = {
  actor: ({ source }) => [end(source)],
  target: ({ destination }) => [end(destination)],
  peer: ({ source, destination }) => [source, destination].filter(isPeer).map(end),
  user: ({ user }) => [grouped(user.id, user.name || user.email)],
  hour: ({ at }) => [hour(at)],
  day: ({ at }) => [day(at)],
};

/** How audit events are grouped. Throws InputError for what they do not have. */
export function auditGrouping(by: Dimension): AuditGrouping {
  return AUDIT[by] ?? refuse(by, Object.keys(AUDIT), 'Add --source traffic, or group by');
}

/** How traffic is grouped. Throws InputError for what it does not have. */
export function trafficGrouping(by: Dimension): (conversation: Conversation) => readonly Group[] {
  return TRAFFIC[by] ?? refuse(by, Object.keys(TRAFFIC), 'Leave out --source traffic, or group by');
}

function refuse(by: Dimension, known: readonly string[], remedy: string): never {
  throw new InputError(`There is nothing to count by ${by} here.`, `${remedy} ${known.join(', ')}.`);
}

function grouped(id: string, name: string): Group {
  const key = id || NONE;
  return { key, name: name === key ? '' : name };
}

function hour(at: Micros): Group {
  return { key: `${hourOf(at)}:00:00Z`, name: '' };
}

function day(at: Micros): Group {
  return { key: dayOf(at), name: '' };
}

function end({ id, name, address }: TrafficEvent['source']): Group {
  return grouped(id || splitAddress(address).ip, name);
}

function isPeer({ id, type }: TrafficEvent['source']): boolean {
  return id !== '' && (type === undefined || type === 'PEER');
}

/** The target is a peer, or (of some codes) its address. */
function isAboutPeer(event: AuditRow, names: NameBook): boolean {
  const kind = namesIn(event).get(event.target_id)?.kind ?? names.get(event.target_id)?.kind;
  return kind === 'peer' || /^(user\.)?peer\./.test(event.activity_code);
}
