import type * as z from 'zod/mini';
import type { CollectSettings } from '../../lib/collect/collect-audit.ts';
import type { collectEnv } from './env.ts';

/** Longer than the function's time-out of five minutes: no other run begins while one may still write. */
const LEASE_MS = 6 * 60_000;

/** What every run of collect goes by. */
export function settingsOf(env: z.output<typeof collectEnv>): Omit<CollectSettings, 'deadline' | 'owner'> {
  return {
    tenant: env.TENANT,
    overlapMs: env.OVERLAP_MS,
    alertHistoryMs: env.ALERT_HISTORY_MS,
    keepMs: env.KEEP_MS,
    retries: 2,
    leaseMs: LEASE_MS,
  };
}
