import type { AuditEvent } from '../model/event.ts';
import { type KnownName, namesIn } from '../model/names.ts';
import { nameKey } from '../store/names.ts';
import type { StateStore } from '../store/ports.ts';

/** What the store remembers, by id: NetBird forgets names, even in its history. */
export type NameBook = ReadonlyMap<string, KnownName>;

/** Every remembered name of a tenant, by id. */
export async function loadNames(state: StateStore, tenant: string): Promise<NameBook> {
  const prefix = nameKey(tenant, '');
  const names = new Map<string, KnownName>();
  for await (const { key, body } of state.scan(prefix)) names.set(key.slice(prefix.length), body as KnownName);
  return names;
}

/** The event with its initiator named as remembered, where the answer no longer named it. */
export function withActorNamed<E extends AuditEvent>(event: E, names: NameBook): E {
  const known = names.get(event.initiator_id);
  if (!known || event.initiator_id === '') return event;
  return {
    ...event,
    initiator_name: event.initiator_name || known.name,
    initiator_email: event.initiator_email || (known.email ?? ''),
  };
}

/** Whether `text` is the id, a name or the e-mail address of the event's initiator. Upper and lower case are one. */
export function isActor(event: AuditEvent, text: string, names: NameBook): boolean {
  const known = names.get(event.initiator_id);
  return isOneOf(text, [event.initiator_id, event.initiator_name, event.initiator_email, known?.name, known?.email]);
}

/** Whether `text` is the id or a name of the event's target. Upper and lower case are one. */
export function isTarget(event: AuditEvent, text: string, names: NameBook): boolean {
  const own = namesIn(event).get(event.target_id);
  const known = names.get(event.target_id);
  const { name } = event.meta;
  return isOneOf(text, [
    event.target_id,
    ...[own, known].flatMap((one) => [one?.name, one?.email]),
    typeof name === 'string' ? name : undefined,
  ]);
}

function isOneOf(text: string, candidates: readonly (string | undefined)[]): boolean {
  const wanted = text.toLowerCase();
  return candidates.some((candidate) => candidate?.toLowerCase() === wanted);
}
