import type { Alert } from '../../model/alert.ts';
import type { Source } from '../../model/event.ts';
import type { VolumeEvidence } from '../../model/evidence.ts';
import { MAX_SAMPLES } from '../../model/finding.ts';
import { fromEvent } from './safe-text.ts';

/** What is configured about the words of a notice. */
export interface NoticeSettings {
  /** IANA zone, shown beside UTC. */
  readonly timeZone: string;
}

/** What a notice knows beyond its alert. */
export interface NoticeContext {
  /** Events that an earlier alert of the same dedup key counted after it was told. */
  readonly moreSinceLastNotice?: number;
}

/** The facts that every rendering tells, as text that is safe to show. */
export interface Facts {
  readonly severity: string;
  readonly title: string;
  /** Who did all of it, where it was one and has a name. */
  readonly actor?: string;
  /** Distinct names, in event order; empty where NetBird names nobody. */
  readonly actors: readonly string[];
  readonly targets: readonly string[];
  /** True where the alert counted more events than it keeps. */
  readonly isPartial: boolean;
  /** `1 event`, `14 events`; undefined where the news is that there was none. */
  readonly count?: string;
  readonly more: number;
}

/** The facts of an alert. */
export function factsOf(alert: Alert, context: NoticeContext): Facts {
  return alert.evidence ? volumeFacts(alert, alert.evidence, context) : eventFacts(alert, context);
}

/** A volume is no list of events: it has who it is of, and where it went is told apart. */
function volumeFacts(alert: Alert, { names }: VolumeEvidence, context: NoticeContext): Facts {
  const named = Object.entries({ ...alert.group, ...names }).map(([field, name]) => [field, fromEvent(name)] as const);
  const actors = distinct(named.flatMap(([field, name]) => (isSomebody(field) ? [name] : [])));
  const [actor] = actors;
  return {
    severity: alert.rule.severity.toUpperCase(),
    title: fromEvent(alert.title, 500) || fromEvent(alert.rule.title) || alert.id,
    actors,
    targets: [],
    isPartial: false,
    more: Math.max(0, context.moreSinceLastNotice ?? 0),
    ...(actor === undefined ? {} : { actor }),
  };
}

function eventFacts(alert: Alert, context: NoticeContext): Facts {
  const count = Math.max(0, Math.trunc(alert.count));
  const actors = distinct(alert.samples.map(({ actor }) => fromEvent(actor)));
  const isPartial = count > alert.samples.length;
  const [actor] = actors;
  const isOne = actors.length === 1 && (!isPartial || Object.keys(alert.group).some(isActorField));
  return {
    severity: alert.rule.severity.toUpperCase(),
    title: fromEvent(alert.title, 500) || fromEvent(alert.rule.title) || alert.id,
    actors,
    targets: distinct(alert.samples.map(({ target }) => fromEvent(target))),
    isPartial,
    more: Math.max(0, context.moreSinceLastNotice ?? 0),
    ...(isOne && actor !== undefined ? { actor } : {}),
    ...(count > 0 ? { count: `${count} ${count === 1 ? 'event' : 'events'}` } : {}),
  };
}

/**
 * The title; ` and 12 more` where it names the first target and there are others; ` by <who>` where it does not say so
 * and it was one person.
 */
export function headline(facts: Facts): string {
  const { title, actor, targets } = facts;
  const named = targets[0] !== undefined && mentions(title, targets[0]) ? `${title}${otherTargets(facts)}` : title;
  return actor === undefined || mentions(title, actor) ? named : `${named} by ${actor}`;
}

/** Whether a title says a name, as a word of its own: "fix" does not say "x". */
export function mentions(title: string, name: string): boolean {
  for (let at = name === '' ? -1 : title.indexOf(name); at >= 0; at = title.indexOf(name, at + 1)) {
    const around = [title.slice(0, at), title.slice(at + name.length)];
    if (!/[\p{L}\p{N}]$/u.test(around[0] ?? '') && !/^[\p{L}\p{N}]/u.test(around[1] ?? '')) return true;
  }
  return false;
}

/** ` and 12 more`, after the first target; empty where there is no other. */
export function otherTargets({ targets, isPartial }: Facts): string {
  const others = targets.length - 1;
  return others > 0 ? ` and ${isPartial ? 'at least ' : ''}${others} more` : '';
}

/** `a, b, c and 11 more` of distinct names. */
export function listed(names: readonly string[], most: number, { isPartial }: Facts): string {
  const rest = names.length - most;
  const shown = `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return isPartial && names.length > 1 ? `${shown} (in the first ${MAX_SAMPLES} events)` : shown;
}

/** The feed that the alert's events came from. */
export function sourceOf(alert: Alert): Source {
  const { evidence, samples, group } = alert;
  if (evidence) return evidence.source;
  // What is told of a source itself.
  if (samples.length === 0 && group['source'] === 'traffic') return 'traffic';
  return samples.some(({ activity }) => activity === 'traffic') ? 'traffic' : 'audit';
}

function isSomebody(field: string): boolean {
  return field === 'reporter_id' || /^(source|user)\.|^initiator_|^src_ip$/.test(field);
}

function isActorField(field: string): boolean {
  return field.startsWith('initiator_');
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => name !== '');
}
