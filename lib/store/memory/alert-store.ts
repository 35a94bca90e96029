import type { Alert } from '../../model/alert.ts';
import type { AlertStore } from '../ports.ts';

/** Alerts in this process. */
export class MemoryAlertStore implements AlertStore {
  readonly #alerts = new Map<string, Alert>();

  async upsert(alert: Alert): Promise<void> {
    const key = `${alert.tenant}#${alert.id}`;
    const stored = this.#alerts.get(key);
    if (stored && stored.revision >= alert.revision) return;
    const { notifiedAt: _at, notifiedCount: _count, ...ofDispatch } = alert;
    this.#alerts.set(key, { ...stored, ...ofDispatch });
  }

  async get(tenant: string, id: string): Promise<Alert | undefined> {
    return this.#alerts.get(`${tenant}#${id}`);
  }

  async claim(tenant: string, id: string, claim: { toSendAt: number; until: number }): Promise<boolean> {
    const stored = this.#alerts.get(`${tenant}#${id}`);
    if (stored?.toSendAt !== claim.toSendAt) return false;
    this.#alerts.set(`${tenant}#${id}`, { ...stored, toSendAt: claim.until });
    return true;
  }

  async markSent(
    tenant: string,
    id: string,
    sent: { toSendAt: number; notifiedAt: number; count: number },
  ): Promise<boolean> {
    const stored = this.#alerts.get(`${tenant}#${id}`);
    if (stored?.toSendAt !== sent.toSendAt) return false;
    const { toSendAt: _sent, ...rest } = stored;
    this.#alerts.set(`${tenant}#${id}`, { ...rest, notifiedAt: sent.notifiedAt, notifiedCount: sent.count });
    return true;
  }

  async *toSend(tenant: string, upTo: number): AsyncIterable<string> {
    const due = [...this.#alerts.values()].flatMap((alert) => {
      const at = alert.toSendAt;
      return alert.tenant === tenant && at !== undefined && at <= upTo ? [{ at, id: alert.id }] : [];
    });
    for (const { id } of due.sort((a, b) => a.at - b.at)) yield id;
  }

  async *list(query: Parameters<AlertStore['list']>[0]): AsyncIterable<Alert> {
    const { tenant, status, rule, since = 0 } = query;
    const found = [...this.#alerts.values()].filter(
      (alert) =>
        alert.tenant === tenant &&
        alert.openedAt >= since &&
        (status === undefined || alert.status === status) &&
        (rule === undefined || alert.rule.key === rule),
    );
    yield* found.sort((a, b) => b.openedAt - a.openedAt);
  }
}
