import type { NotifyReason } from '../model/alert.ts';
import type { Finding } from '../model/finding.ts';

/** What the verdict needs to know of the alert that the finding belongs to. */
export interface Belongs {
  /** Whether a notice was ordered for it before. */
  readonly told: boolean;
}

/** Whether a finding is told, as a reason: only `opened` orders a notice. */
export function decide(finding: Finding, alert: Belongs): NotifyReason {
  // Recorded, so that people see what the rule would have told before they trust it.
  if (!finding.notify) return 'experimental';
  // The same again, within the time in which it only counts.
  if (alert.told) return 'suppressed';
  // New; or so far seen by an experimental rule only, which has told nobody.
  return 'opened';
}
