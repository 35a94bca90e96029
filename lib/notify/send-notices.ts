import type { Alert } from '../model/alert.ts';
import type { Clock } from '../model/clock.ts';
import type { Notice } from '../model/delivery.ts';
import type { AlertStore } from '../store/ports.ts';
import { NotifyError } from './errors.ts';
import type { Publisher } from './publisher.ts';
import { type NoticeContext, type NoticeSettings, renderFallback, renderNotice } from './render/notice.ts';

/** What sending needs. */
export interface SendDeps {
  readonly alerts: AlertStore;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly settings: NoticeSettings;
  /** Sends also what still waits for its group: for runs that end. */
  readonly flush?: boolean;
}

/** What became of each alert that was looked at, by id. */
export interface SendReport {
  readonly sent: readonly string[];
  /** Sent as the short text, because the whole one was refused; they are in `sent`, too. */
  readonly shortened: readonly SendFailure[];
  /** Not due yet, or another sender has it, or there is nothing to tell. */
  readonly left: readonly string[];
  /** Not sent; still in the outbox, for the next tick. */
  readonly failed: readonly SendFailure[];
  /** When the first of those that are left is due (epoch ms). */
  readonly nextAt?: number;
}

export interface SendFailure {
  readonly alertId: string;
  readonly error: Error;
}

/**
 * How long a sender has an alert for itself (milliseconds): longer than a publication with its retries takes, so that
 * two senders do not both publish. One that dies leaves its alert to the first tick after that.
 */
export const CLAIM_MS = 60_000;

/**
 * Sends what the outbox holds of `ids`, or of everything that is due: read consistently → claim → publish → mark as
 * sent. Only a death or a lost answer between the last two makes a double. One alert's failure holds up no other.
 */
export async function sendDue(deps: SendDeps, tenant: string, ids?: readonly string[]): Promise<SendReport> {
  const report = {
    sent: [] as string[],
    shortened: [] as SendFailure[],
    left: [] as string[],
    failed: [] as SendFailure[],
  };
  let nextAt = Number.POSITIVE_INFINITY;
  const due = ids ?? (await dueIds(deps, tenant));
  for (const alertId of new Set(due)) {
    try {
      const outcome = await sendOne(deps, tenant, alertId);
      report[outcome.isSent ? 'sent' : 'left'].push(alertId);
      nextAt = Math.min(nextAt, outcome.dueAt ?? nextAt);
      if (outcome.refusal) report.shortened.push({ alertId, error: outcome.refusal });
    } catch (error) {
      report.failed.push({ alertId, error: asError(error) });
    }
  }
  return Number.isFinite(nextAt) ? { ...report, nextAt } : report;
}

/**
 * Sends what records of the Alerts stream speak of. An alert that came late in the batching window has not waited for
 * its group yet: it is waited for here, at most `patienceMs`, as the next tick may be a minute away.
 */
export async function sendWoken(
  deps: SendDeps & { readonly sleep: (millis: number) => Promise<void> },
  tenant: string,
  ids: readonly string[],
  patienceMs: number,
): Promise<SendReport> {
  const giveUpAt = deps.clock().getTime() + patienceMs;
  let report = await sendDue(deps, tenant, ids);
  while (report.nextAt !== undefined && report.nextAt <= giveUpAt) {
    await deps.sleep(Math.max(1, report.nextAt - deps.clock().getTime()));
    const more = await sendDue(deps, tenant, report.left);
    const { sent, shortened, failed } = report;
    report = {
      ...more,
      sent: [...sent, ...more.sent],
      shortened: [...shortened, ...more.shortened],
      failed: [...failed, ...more.failed],
    };
  }
  return report;
}

/** Read to the end first: sending changes the index that is being read. */
async function dueIds({ alerts, clock, flush }: SendDeps, tenant: string): Promise<string[]> {
  const upTo = flush ? Number.MAX_SAFE_INTEGER : clock().getTime();
  const ids: string[] = [];
  for await (const id of alerts.toSend(tenant, upTo)) ids.push(id);
  return ids;
}

interface Outcome {
  readonly isSent: boolean;
  /** It is to be sent, at this time (epoch ms). */
  readonly dueAt?: number;
  /** Why the whole text was refused. */
  readonly refusal?: Error;
}

async function sendOne(deps: SendDeps, tenant: string, id: string): Promise<Outcome> {
  const alert = await deps.alerts.get(tenant, id);
  const now = deps.clock().getTime();
  if (alert?.toSendAt === undefined) return { isSent: false };
  if (!deps.flush && alert.toSendAt > now) return { isSent: false, dueAt: alert.toSendAt };
  const until = Math.max(now + CLAIM_MS, alert.toSendAt + 1);
  if (!(await deps.alerts.claim(tenant, id, { toSendAt: alert.toSendAt, until }))) return { isSent: false };
  const refusal = await publish(deps, alert);
  const sent = { toSendAt: until, notifiedAt: deps.clock().getTime(), count: alert.count };
  await deps.alerts.markSent(tenant, id, sent);
  return { isSent: true, ...(refusal ? { refusal } : {}) };
}

/** Publishes the whole notice; where that cannot be made or is refused for good, the short one, and says why. */
async function publish(deps: SendDeps, alert: Alert): Promise<Error | undefined> {
  let notice: Notice;
  try {
    notice = renderNotice(alert, deps.settings, await contextOf(deps, alert));
    await deps.publisher.publish(notice);
    return undefined;
  } catch (error) {
    if (error instanceof NotifyError && error.retryable) throw error;
    await deps.publisher.publish(renderFallback(alert));
    return asError(error);
  }
}

/** What the earlier alert counted after its notice. It is a courtesy: where it cannot be read, the notice goes without. */
async function contextOf({ alerts }: SendDeps, { tenant, earlier }: Alert): Promise<NoticeContext> {
  if (!earlier) return {};
  const told = await alerts.get(tenant, earlier.alertId).catch(() => undefined);
  if (told?.notifiedCount === undefined) return {};
  return { moreSinceLastNotice: Math.max(0, told.count - told.notifiedCount) };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
