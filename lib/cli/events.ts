import { summaryOf } from '../detect/summary.ts';
import { isAuditEvent } from '../model/change.ts';
import type { AuditEvent, StoredEvent } from '../model/event.ts';
import type { EventQuery } from '../store/ports.ts';
import { type Arguments, type Command, type Host, OK } from './command.ts';
import { type Listing, writeRows } from './output/rows.ts';
import { ownFields } from './own-fields.ts';
import { isActor, isTarget, loadNames, type NameBook, withActorNamed } from './remembered-names.ts';
import { formatOf, OUTPUT_OPTION, STORE_OPTIONS, type Stores, tenantOf, withStores } from './store-options.ts';
import { timeOption } from './time-option.ts';

export const events: Command = {
  usage:
    '--data DIR [--since 2h] [--until T] [--activity CODE] [--actor WHO] [--target WHAT]\n' +
    '                             [--tenant NAME] [--output table|json|ndjson|csv]',
  description: `Lists every stored event that fits, oldest first. Also works while \`local\` runs on the folder.
Names that NetBird no longer knows are filled in from what was remembered.`,
  options: {
    ...STORE_OPTIONS,
    since: { value: 'WHEN', help: 'not before: 2h, 7d, 2026-11-23 or 2026-11-23T15:49:14Z' },
    until: { value: 'WHEN', help: 'not after' },
    activity: { value: 'CODE', help: 'the activity code, such as route.delete' },
    actor: { value: 'WHO', help: 'who did it: id, name (also a forgotten one) or e-mail address' },
    target: { value: 'WHAT', help: 'what it was done to: id or name' },
    ...OUTPUT_OPTION,
  },
  async run(args, host) {
    const query = queryOf(args, host);
    await withStores(args, async (stores) => {
      const names = await loadNames(stores.state, query.tenant);
      const found = search(stores, query, args, names);
      await writeRows(host.out, formatOf(args), listingOf(names), untilStopped(found, host.stop));
    });
    return OK;
  },
};

function queryOf(args: Arguments, host: Host): EventQuery {
  const [since, until, activity] = [args.text('since'), args.text('until'), args.text('activity')];
  const now = host.clock();
  return {
    tenant: tenantOf(args),
    ...(since !== undefined && { since: timeOption('since', since, now) }),
    ...(until !== undefined && { until: timeOption('until', until, now) }),
    ...(activity !== undefined && { activity }),
  };
}

/** Names are not in any index, so that the store answers for time and activity, and the rest is compared here. */
async function* search(
  stores: Stores,
  query: EventQuery,
  args: Arguments,
  names: NameBook,
): AsyncIterable<StoredEvent<AuditEvent>> {
  const [actor, target] = [args.text('actor'), args.text('target')];
  for await (const event of stores.events.query(query)) {
    if (!isAuditEvent(event)) continue;
    if (actor !== undefined && !isActor(event, actor, names)) continue;
    if (target !== undefined && !isTarget(event, target, names)) continue;
    yield withActorNamed(event, names);
  }
}

async function* untilStopped<T>(things: AsyncIterable<T>, stop: AbortSignal): AsyncIterable<T> {
  for await (const one of things) {
    if (stop.aborted) return;
    yield one;
  }
}

function listingOf(names: NameBook): Listing<StoredEvent<AuditEvent>> {
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
      { title: 'ACTOR', width: 24, value: (event) => told(event, names).actor },
      { title: 'TARGET', width: 0, value: (event) => told(event, names).target },
    ],
    none: 'No event fits. `netbird-alerts events --data DIR` without further options shows all that are stored.',
  };
}

/** Actor and target as alerts name them. */
function told(event: StoredEvent<AuditEvent>, names: NameBook): { actor: string; target: string } {
  const order = { nanosText: '', id: event.id };
  const position = { stream: 'stored', partition: '', sequence: '0' };
  const { tenant, source } = event;
  return summaryOf({ kind: 'event', tenant, source, event, at: 0, order, history: false, position }, names);
}
