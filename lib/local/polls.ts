import { type CollectReport, collectAudit } from '../collect/collect-audit.ts';
import { collectTraffic, type TrafficReport } from '../collect/collect-traffic.ts';
import type { KnownRows } from '../collect/traffic-known.ts';
import type { LocalRun } from './local-run.ts';
import type { LocalSteps } from './local-steps.ts';

/** With `once`, a source that fails is given up after 10 s, in which the program also starts and tells. Milliseconds. */
const GIVE_UP_MS = 8000;
/** More tries within a poll, where waiting may help. */
const RETRIES = 3;
// A folder has one process at a time, so that a killed one's lease is ours.
const LEASE = { leaseMs: 300_000, owner: 'local' };

/** One poll of the audit log. */
export function pollAudit(run: LocalRun, steps: LocalSteps): Promise<CollectReport> {
  const { overlapMs, alertHistoryMs, keepMs, tenant } = run.config;
  const deps = { source: run.feed.source, ...surroundings(run, steps) };
  return collectAudit(deps, {
    tenant,
    overlapMs,
    alertHistoryMs,
    keepMs,
    deadline: undefined,
    ...tries(run),
    ...LEASE,
  });
}

/** One poll of traffic, if it is time for it; undefined where there is none to collect. */
export async function pollTraffic(
  run: LocalRun,
  steps: LocalSteps,
  known: KnownRows,
): Promise<TrafficReport | undefined> {
  const { feed, config } = run;
  if (!feed.traffic || !config.traffic) return undefined;
  const { overlapMs, alertHistoryMs, keepMs, tenant } = config;
  const { store, shards } = config.traffic;
  // What is played goes on poll by poll, however long that is in its own time; and whoever asks once wants an answer now.
  const everyMs = feed.isPlayed || run.once ? 0 : config.traffic.everyMs;
  const deps = { source: feed.traffic, known, ...surroundings(run, steps) };
  const settings = { tenant, overlapMs, alertHistoryMs, keepMs, everyMs, store, shards, deadline: undefined };
  // Nobody says when the next such run is.
  const sweep = run.once && !feed.isPlayed ? { sweepEveryMs: 0 } : {};
  return collectTraffic(deps, { ...settings, ...sweep, ...tries(run), ...LEASE });
}

function surroundings({ feed }: LocalRun, steps: LocalSteps) {
  const { events, state } = steps.stores;
  return {
    events,
    state,
    clock: feed.clock,
    tell: (findings: Parameters<LocalSteps['tell']>[0]) => steps.tell(findings),
  };
}

function tries({ feed, once }: LocalRun) {
  return {
    retries: feed.isPlayed ? 0 : RETRIES,
    giveUpAfterMs: once && !feed.isPlayed ? GIVE_UP_MS : undefined,
  };
}
