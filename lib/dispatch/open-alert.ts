import { createHash } from 'node:crypto';
import type { Alert, NotifyReason } from '../model/alert.ts';
import { compareDecimal } from '../model/change.ts';
import type { Finding, FindingRule } from '../model/finding.ts';
import { SEVERITIES } from '../model/severity.ts';
import { decide } from './decide.ts';
import { clip, idOf, mergeSamples } from './samples.ts';
import { type Opener, type Window, windowOf, withWindow } from './windows.ts';

/** State of one (tenant, rule, dedup key): its recent alerts. */
export interface OpenAlertValue {
  readonly windows: readonly Window[];
  /** The findings taken last, newest last: the same once more changes nothing. */
  readonly seen: readonly string[];
}

/** What was decided about one finding. */
export interface Verdict {
  readonly findingId: string;
  readonly reason: NotifyReason;
  readonly alertId: string;
}

export interface OpenAlertContext {
  /** Wall clock: when a notice is due is counted from here. */
  readonly now: Date;
  /** Milliseconds that a first notice waits, so that a burst is one message. */
  readonly groupWaitMs: number;
  /** Version that the state will have with this step: the revision of the alerts. */
  readonly version: number;
}

export interface OpenAlertStep {
  readonly value: OpenAlertValue;
  /** Each alert that changed, once, as it now is. */
  readonly alerts: readonly Alert[];
  readonly verdicts: readonly Verdict[];
  /** Epoch seconds. */
  readonly expiresAt: number;
}

const MAX_SEEN = 50;
const MAX_TITLE = 500;
/** Longer than marks are kept (25 h), and long enough to tell "N more" when the same comes back days later. */
const KEPT_SECONDS = 7 * 86_400;

/** Key of the State item that holds which alerts are open for a dedup key. */
export function openAlertKey(tenant: string, ruleKey: string, dedupKey: string): string {
  return `open#${tenant}#${ruleKey}#${hash([dedupKey], 32)}`;
}

/** Takes findings of one (tenant, rule, dedup key) into its alerts. Within lateness ≤ `suppressMs` order is no matter. */
export function reduceOpenAlert(
  value: OpenAlertValue | undefined,
  findings: readonly Finding[],
  ctx: OpenAlertContext,
): OpenAlertStep {
  let windows = value?.windows ?? [];
  const seen = new Set(value?.seen);
  const changed = new Map<string, { alert: Alert; opened: boolean }>();
  const verdicts: Verdict[] = [];
  for (const finding of [...findings].sort((a, b) => compareOpeners(openerOf(a), openerOf(b)))) {
    const mark = hash([finding.id], 16);
    if (seen.has(mark)) continue;
    seen.add(mark);
    const before = windowOf(windows, finding.firstEventAt, finding.rule.suppressMs);
    const reason = decide(finding, { told: before?.told ?? false });
    const window = before
      ? joined(before, finding, reason, ctx.version)
      : opened(windows, finding, reason, ctx.version);
    windows = withWindow(windows, window);
    const isTold = reason === 'opened' || changed.get(window.alertId)?.opened === true;
    changed.set(window.alertId, { alert: toAlert(window, finding, isTold, ctx), opened: isTold });
    verdicts.push({ findingId: finding.id, reason, alertId: window.alertId });
  }
  return {
    value: { windows, seen: [...seen].slice(-MAX_SEEN) },
    alerts: [...changed.values()].map(({ alert }) => alert),
    verdicts,
    expiresAt: expiry(windows, ctx.now),
  };
}

function openerOf(finding: Finding): Opener {
  const [first] = finding.samples;
  const { firstEventAt, at, id: findingId } = finding;
  return { firstEventAt, at, eventId: first ? idOf(first) : '', findingId };
}

/** Event order, as rules see it. */
function compareOpeners(a: Opener, b: Opener): number {
  return (
    a.firstEventAt - b.firstEventAt ||
    a.at - b.at ||
    compareDecimal(a.eventId, b.eventId) ||
    compareText(a.findingId, b.findingId)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function opened(windows: readonly Window[], finding: Finding, reason: NotifyReason, version: number): Window {
  const earlier = windows.findLast((window) => window.start < finding.firstEventAt);
  return {
    alertId: hash([finding.tenant, finding.rule.key, finding.dedupKey, finding.id], 16),
    ...head(finding),
    reach: finding.firstEventAt,
    openedAt: finding.at,
    lastEventAt: finding.lastEventAt,
    count: finding.count,
    samples: mergeSamples([], finding.samples),
    reason,
    told: reason === 'opened',
    touched: version,
    ...(earlier ? { earlier: { alertId: earlier.alertId, count: earlier.count } } : {}),
  };
}

function joined(window: Window, finding: Finding, reason: NotifyReason, version: number): Window {
  const isFirst = tellsMore(finding, window) ?? compareOpeners(openerOf(finding), window.opener) < 0;
  const told = window.told || reason === 'opened';
  const first = isFirst ? head(finding) : window;
  return {
    ...window,
    ...(isFirst ? first : {}),
    rule: withHigherSeverity(first.rule, window.rule, finding.rule),
    reach: Math.max(window.reach, finding.firstEventAt),
    openedAt: Math.min(window.openedAt, finding.at),
    lastEventAt: Math.max(window.lastEventAt, finding.lastEventAt),
    count: window.count + finding.count,
    samples: mergeSamples(window.samples, finding.samples),
    reason: reason === 'opened' ? 'opened' : window.reason,
    told,
    touched: version,
  };
}

/**
 * A bucket that was told before its end is told again at its end, with the amount that it came to: whether this finding is
 * the one to go by. Undefined: it is about something else.
 */
function tellsMore({ evidence }: Finding, { evidence: known }: Window): boolean | undefined {
  if (!evidence || !known || evidence.bucket.start !== known.bucket.start) return undefined;
  if (evidence.value !== known.value) return evidence.value > known.value;
  return known.isOpen && !evidence.isOpen;
}

/** What an alert takes from the finding that is first in event time. */
function head(finding: Finding): Pick<Window, 'start' | 'opener' | 'rule' | 'group' | 'title' | 'evidence'> {
  return {
    start: finding.firstEventAt,
    opener: openerOf(finding),
    rule: finding.rule,
    group: finding.group,
    title: clip(finding.title, MAX_TITLE),
    ...(finding.evidence ? { evidence: finding.evidence } : {}),
  };
}

function withHigherSeverity(rule: FindingRule, ...others: readonly FindingRule[]): FindingRule {
  const ranks = [rule, ...others].map((each) => SEVERITIES.indexOf(each.severity));
  return { ...rule, severity: SEVERITIES[Math.max(...ranks)] ?? rule.severity };
}

function toAlert(window: Window, finding: Finding, isTold: boolean, ctx: OpenAlertContext): Alert {
  return {
    id: window.alertId,
    tenant: finding.tenant,
    rule: window.rule,
    dedupKey: finding.dedupKey,
    group: window.group,
    title: window.title,
    status: 'open',
    openedAt: window.openedAt,
    firstEventAt: window.start,
    lastEventAt: window.lastEventAt,
    count: window.count,
    samples: window.samples,
    ...(window.evidence ? { evidence: window.evidence } : {}),
    revision: ctx.version,
    reason: window.reason,
    ...(isTold ? { toSendAt: ctx.now.getTime() + ctx.groupWaitMs } : {}),
    ...(window.earlier ? { earlier: window.earlier } : {}),
  };
}

function expiry(windows: readonly Window[], now: Date): number {
  const lastEnd = Math.max(0, ...windows.map((window) => window.start / 1000 + window.rule.suppressMs));
  return Math.ceil(Math.max(now.getTime(), lastEnd) / 1000) + KEPT_SECONDS;
}

function hash(parts: readonly string[], digits: number): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digits);
}
