/**
 * Suppression windows in event time. docs/adr/0007-suppression-in-event-time.md says why arrival order does not matter.
 */
import type { NotifyReason } from '../model/alert.ts';
import type { VolumeEvidence } from '../model/evidence.ts';
import type { EventSummary, FindingRule } from '../model/finding.ts';
import type { Micros } from '../model/timestamp.ts';

/** What orders findings: time of the first event, time at which the condition held, the first event's id, own id. */
export interface Opener {
  readonly firstEventAt: Micros;
  readonly at: Micros;
  readonly eventId: string;
  readonly findingId: string;
}

/** One alert, and the time in which the same again only counts. */
export interface Window {
  readonly alertId: string;
  /** Its first event: it lasts from here for `suppressMs`, both ends included. */
  readonly start: Micros;
  /** The latest start of a finding it holds: a window moves only as far as it still holds this. */
  readonly reach: Micros;
  /** The finding that is first in event time: it gives title and group. */
  readonly opener: Opener;
  /** The earliest time at which a condition held: a late event can show that it had held before. */
  readonly openedAt: Micros;
  readonly lastEventAt: Micros;
  readonly count: number;
  readonly samples: readonly EventSummary[];
  readonly rule: FindingRule;
  readonly group: Readonly<Record<string, string>>;
  readonly title: string;
  /** Of a baseline: the opener's. */
  readonly evidence?: VolumeEvidence;
  readonly reason: NotifyReason;
  /** Whether a notice was ordered. */
  readonly told: boolean;
  /** Version of the state that last changed it. */
  readonly touched: number;
  readonly earlier?: { readonly alertId: string; readonly count: number };
}

/** The two newest are what lateness up to `suppressMs` can reach; the others spare a late backlog an alert an event. */
const MAX_WINDOWS = 6;
const NEVER_DROPPED = 2;

/** The window that a finding whose first event is `at` belongs to, if there is one. */
export function windowOf(windows: readonly Window[], at: Micros, suppressMs: number): Window | undefined {
  const length = suppressMs * 1000;
  return (
    windows.find((window) => window.start <= at && at <= window.start + length) ??
    windows.find((window) => at < window.start && window.reach <= at + length)
  );
}

/** The windows with `changed` in its place, oldest first, bounded. */
export function withWindow(windows: readonly Window[], changed: Window): Window[] {
  const others = windows.filter((window) => window.alertId !== changed.alertId);
  const sorted = [...others, changed].sort((a, b) => a.start - b.start || (a.alertId < b.alertId ? -1 : 1));
  if (sorted.length <= MAX_WINDOWS) return sorted;
  const least = sorted.slice(0, -NEVER_DROPPED).reduce((a, b) => (b.touched < a.touched ? b : a));
  return sorted.filter((window) => window !== least);
}
