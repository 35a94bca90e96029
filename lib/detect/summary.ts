import { type EventChange, isAuditEvent } from '../model/change.ts';
import type { AuditEvent } from '../model/event.ts';
import type { EventSummary } from '../model/finding.ts';
import type { TrafficEvent } from '../model/traffic.ts';
import { refOf } from './identity.ts';
import { clean } from './title.ts';

/** Names that State remembers, by NetBird id; they outlive what NetBird's own answers forget. */
export type Names = ReadonlyMap<string, { readonly name: string; readonly email?: string | undefined }>;

/** Meta keys that name the target, the most telling first. */
const NAME_KEYS = [
  'name',
  'new_name',
  'user_name',
  'username',
  'peer_fqdn',
  'setupkey',
  'for_peer_name',
  'network_name',
  'domain',
  'new_dns_domain',
  'new_network_range',
  'new_network_range_v6',
];
/** Meta keys that say something of the target where nothing names it. */
const TRAIT_KEYS = ['email', 'group', 'fqdn', 'ip'];
const MAX_NAME = 120;

/** What an alert tells of an event: short, and complete without the event. */
export function summaryOf(change: EventChange, names: Names): EventSummary {
  const { event, at } = change;
  const ref = refOf(change);
  if (!isAuditEvent(event)) return { ref, at, ...trafficWords(event) };
  return {
    ref,
    at,
    activity: cut(event.activity_code),
    actor: cut(actorOf(event, names)),
    target: cut(targetOf(event, names)),
  };
}

/** The ids whose remembered names `summaryOf` would ask for. */
export function idsToName(change: EventChange): string[] {
  const { event } = change;
  if (!isAuditEvent(event)) return [];
  const ids = [];
  if (!event.initiator_name && event.initiator_id) ids.push(event.initiator_id);
  if (!namesInMeta(event) && event.target_id) ids.push(event.target_id);
  return ids;
}

function actorOf(event: AuditEvent, names: Names): string {
  const remembered = names.get(event.initiator_id);
  return event.initiator_name || remembered?.name || event.initiator_email || remembered?.email || event.initiator_id;
}

function targetOf(event: AuditEvent, names: Names): string {
  const remembered = names.get(event.target_id);
  return namesInMeta(event) || remembered?.name || firstOf(event, TRAIT_KEYS) || remembered?.email || event.target_id;
}

function namesInMeta(event: AuditEvent): string {
  const name = firstOf(event, NAME_KEYS);
  const detail = detailOf(event);
  if (name && detail && detail !== name) return `${name} (${detail})`;
  return name || detail;
}

/** What tells two targets of one name apart: the range of a route, the owner of a token. */
function detailOf(event: AuditEvent): string {
  if (event.activity_code.startsWith('route.')) {
    const range = firstOf(event, ['network_range']);
    return /^[\da-f.:]+\/\d+$/i.test(range) ? range : firstOf(event, ['domains']);
  }
  if (event.activity_code.startsWith('personal.access.token.')) return firstOf(event, ['user_name', 'username']);
  return '';
}

function firstOf(event: AuditEvent, keys: readonly string[]): string {
  for (const key of keys) {
    const value = event.meta[key];
    // Go prints a missing list as "<nil>" and an empty one as "[]".
    if (value !== undefined && value !== null && !['', '<nil>', '[]'].includes(String(value))) return String(value);
  }
  return '';
}

function trafficWords(event: TrafficEvent): Omit<EventSummary, 'ref' | 'at'> {
  const { source, destination } = event;
  return {
    activity: 'traffic',
    actor: cut(source.name || source.address || source.id),
    target: cut(destination.name || destination.address || destination.id),
  };
}

function cut(raw: string): string {
  const text = clean(raw);
  return text.length <= MAX_NAME ? text : `${text.slice(0, MAX_NAME - 1)}…`;
}
