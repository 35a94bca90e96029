import type { AuditEvent } from '../model/event.ts';
import type { StateStore } from '../store/ports.ts';

/** What the store remembers of an id: NetBird forgets names, even in its history. */
export interface RememberedName {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

export type NameBook = ReadonlyMap<string, RememberedName>;

/** Every remembered name of a tenant, by id. */
export async function loadNames(state: StateStore, tenant: string): Promise<NameBook> {
  const prefix = `name#${tenant}#`;
  const names = new Map<string, RememberedName>();
  for await (const { key, body } of state.scan(prefix)) names.set(key.slice(prefix.length), body as RememberedName);
  return names;
}

/** The event with its initiator named as remembered, where the answer no longer named it. */
export function withActorNamed<E extends AuditEvent>(event: E, names: NameBook): E {
  const known = names.get(event.initiator_id);
  if (!known || event.initiator_id === '') return event;
  return {
    ...event,
    initiator_name: event.initiator_name || (known.name ?? ''),
    initiator_email: event.initiator_email || (known.email ?? ''),
  };
}

/** Whether `text` is the id, a name or the e-mail address of the event's initiator. Upper and lower case are one. */
export function isActor(event: AuditEvent, text: string, names: NameBook): boolean {
  const known = names.get(event.initiator_id);
  return isOneOf(text, [event.initiator_id, event.initiator_name, event.initiator_email, known?.name, known?.email]);
}

/** `meta` keys that name an event's target. */
const TARGET_NAMES = ['name', 'username', 'email', 'peer_name', 'group', 'fqdn'];

/** Whether `text` is the id or a name of the event's target. Upper and lower case are one. */
export function isTarget(event: AuditEvent, text: string, names: NameBook): boolean {
  const known = names.get(event.target_id);
  const meta = TARGET_NAMES.map((key) => String(event.meta[key] ?? ''));
  return isOneOf(text, [event.target_id, known?.name, known?.email, ...meta]);
}

/** The best name of the event's target, else its id. */
export function targetOf(event: AuditEvent, names: NameBook): string {
  const meta = TARGET_NAMES.map((key) => String(event.meta[key] ?? '')).find((name) => name !== '');
  return meta ?? names.get(event.target_id)?.name ?? event.target_id;
}

/** The best name of the event's initiator, else its id. */
export function actorOf(event: AuditEvent): string {
  return event.initiator_name || event.initiator_email || event.initiator_id;
}

function isOneOf(text: string, candidates: readonly (string | undefined)[]): boolean {
  const wanted = text.toLowerCase();
  return candidates.some((candidate) => candidate?.toLowerCase() === wanted);
}
