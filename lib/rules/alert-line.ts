import type { Alert } from '../model/alert.ts';
import { microsText } from '../model/timestamp.ts';

/** An alert as `backtest` writes it and tests expect it. All times are event times. */
export interface AlertLine {
  readonly rule: string;
  readonly status: string;
  readonly severity: string;
  readonly dedupKey: string;
  readonly group: Readonly<Record<string, string>>;
  /** RFC 3339 with 6 fraction digits, like the two after it. */
  readonly openedAt: string;
  readonly firstEventAt: string;
  readonly lastEventAt: string;
  readonly count: number;
  readonly title: string;
  /** Of a baseline: what the first unusual bucket held, what was expected of it, and in which way it is unusual. */
  readonly value?: number;
  readonly expected?: number;
  readonly channel?: string;
}

/** What of an alert is the same whenever the same events are seen. */
export function alertLine({
  rule,
  dedupKey,
  group,
  openedAt,
  firstEventAt,
  lastEventAt,
  count,
  title,
  evidence,
}: Alert): AlertLine {
  return {
    rule: rule.key,
    status: rule.status,
    severity: rule.severity,
    dedupKey,
    group,
    openedAt: microsText(openedAt),
    firstEventAt: microsText(firstEventAt),
    lastEventAt: microsText(lastEventAt),
    count,
    title,
    ...(evidence && { value: evidence.value, expected: Math.round(evidence.expected), channel: evidence.channel }),
  };
}
