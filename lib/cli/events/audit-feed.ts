import { summaryOf } from '../../detect/summary.ts';
import { isAuditEvent } from '../../model/change.ts';
import { type AuditEvent, auditIdentity, type StoredEvent } from '../../model/event.ts';
import { type Micros, parseTimestamp } from '../../model/timestamp.ts';
import { type AuditPosition, auditPosition, fitsActivity, newestFirst } from '../../store/archive.ts';
import type { Arguments } from '../command.ts';
import type { Listing } from '../output/rows.ts';
import { ownFields } from '../own-fields.ts';
import { isActor, isTarget, type NameBook, withActorNamed } from '../remembered-names.ts';
import type { Stores } from '../store-options.ts';
import type { EventFeed, Reading } from './feed.ts';
import type { TimeRange } from './options.ts';

export type AuditRow = StoredEvent<AuditEvent>;

const HOUR = 3_600_000_000;

/** Stored audit events that fit the options. */
export function auditFeed(args: Arguments, tenant: string, range: TimeRange): EventFeed<AuditRow> {
  const activity = args.text('activity');
  const [actor, target, search] = [args.text('actor'), args.text('target'), args.text('search')?.toLowerCase()];
  return {
    read: (stores, reading) => read(stores, { tenant, ...range, activity, actor, target }, reading),
    fits(event, names) {
      if (activity !== undefined && !fitsActivity(activity, event.activity_code)) return false;
      if (actor !== undefined && !isActor(event, actor, names)) return false;
      if (target !== undefined && !isTarget(event, target, names)) return false;
      return search === undefined || isFoundBy(event, search, names);
    },
    named: withActorNamed,
    listing,
    identity: auditIdentity,
    size: () => 0,
    at: (event) => parseTimestamp(event.timestamp)?.micros ?? 0,
    lateness: HOUR,
  };
}

interface AuditQuestion extends TimeRange {
  readonly tenant: string;
  readonly activity: string | undefined;
  readonly actor: string | undefined;
  readonly target: string | undefined;
}

async function* read(
  { events, archive }: Stores,
  { activity, actor, target, ...range }: AuditQuestion,
  { since = range.since, newestFirst: isNewestFirst, expected, names }: Reading,
): AsyncIterable<AuditRow> {
  const known = (text: string | undefined) => (text !== undefined && names?.has(text) ? text : undefined);
  const from = { ...range, ...given({ since, targetId: known(target) }) };
  // Oldest first there is no index for a pattern.
  const exact = activity?.includes('*') ? undefined : activity;
  const stored = isNewestFirst
    ? archive.audit({ ...from, ...given({ activity, initiatorId: known(actor), expected }) })
    : oldestFirst(events.query({ ...from, ...given({ activity: exact, actorId: known(actor) }) }));
  for await (const event of stored) if (isAuditEvent(event)) yield event;
}

/** Those that have a value. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** A store's order goes down to the microsecond, then by id as text; what lies within one is put in order here. */
async function* oldestFirst(stored: AsyncIterable<StoredEvent>): AsyncIterable<StoredEvent> {
  let group: { event: StoredEvent; position: AuditPosition; micros: Micros | undefined }[] = [];
  const inOrder = () => group.toSorted((a, b) => newestFirst(b.position, a.position)).map(({ event }) => event);
  for await (const event of stored) {
    const micros = parseTimestamp(event.timestamp)?.micros;
    if (group[0] && group[0].micros !== micros) {
      yield* inOrder();
      group = [];
    }
    group.push({ event, position: auditPosition(event), micros });
  }
  yield* inOrder();
}

/** Whether `text`, lower case, is part of what the event says, or of a name that is remembered of who is in it. */
function isFoundBy(event: AuditRow, text: string, names: NameBook): boolean {
  const [actor, target] = [names.get(event.initiator_id), names.get(event.target_id)];
  const told = [
    ...[event.activity, event.activity_code, event.initiator_id, event.initiator_name, event.initiator_email],
    ...[event.target_id, actor?.name, actor?.email, target?.name, target?.email],
    ...Object.values(event.meta),
  ];
  return told.some((one) => one !== undefined && one !== null && String(one).toLowerCase().includes(text));
}

function listing(names: NameBook): Listing<AuditRow> {
  return {
    json: ownFields,
    csv: {
      id: (event) => event.id,
      timestamp: (event) => event.timestamp,
      activity_code: (event) => event.activity_code,
      activity: (event) => event.activity,
      initiator_id: (event) => event.initiator_id,
      initiator_name: (event) => event.initiator_name,
      initiator_email: (event) => event.initiator_email,
      target_id: (event) => event.target_id,
      meta: (event) => JSON.stringify(event.meta),
    },
    table: [
      { title: 'TIME', width: 30, value: (event) => event.timestamp },
      { title: 'ACTIVITY', width: 32, value: (event) => event.activity_code },
      { title: 'ACTOR', width: 24, value: (event) => actorAndTarget(event, names).actor },
      { title: 'TARGET', width: 0, value: (event) => actorAndTarget(event, names).target },
    ],
    none: 'No event fits. `netbird-alerts events --data DIR` without further options shows all that are stored.',
  };
}

/** Actor and target as alerts name them. */
export function actorAndTarget(event: AuditRow, names: NameBook): { actor: string; target: string } {
  const order = { nanosText: '', id: event.id };
  const position = { stream: 'stored', partition: '', sequence: '0' };
  const { tenant, source } = event;
  return summaryOf({ kind: 'event', tenant, source, event, at: 0, order, history: false, position }, names);
}
