import type * as z from 'zod/mini';
import type { CollectSettings } from '../../lib/collect/collect-audit.ts';
import type { TrafficSettings } from '../../lib/collect/collect-traffic.ts';
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

/** What every run over traffic goes by; undefined where traffic is not collected. */
export function trafficSettingsOf(
  env: z.output<typeof collectEnv>,
): Omit<TrafficSettings, 'deadline' | 'owner'> | undefined {
  if (env.TRAFFIC_EVERY_MS === undefined) return undefined;
  return {
    tenant: env.TENANT,
    everyMs: env.TRAFFIC_EVERY_MS,
    overlapMs: env.OVERLAP_MS,
    alertHistoryMs: env.ALERT_HISTORY_MS,
    keepMs: env.KEEP_MS,
    store: env.TRAFFIC_STORE ?? 'full',
    shards: env.TRAFFIC_SHARDS ?? 1,
    retries: 2,
    leaseMs: LEASE_MS,
  };
}
