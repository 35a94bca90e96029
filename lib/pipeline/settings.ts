import type { Source } from '../model/event.ts';
import type { Micros } from '../model/timestamp.ts';

/** What the pipeline is told about its surroundings. All in milliseconds. */
export interface PipelineSettings {
  /** How long after its time an audit event may come and still count as if it had come in order. Default 60 s. */
  readonly latenessMs?: number;
  /**
   * The same for traffic rows: NetBird shows them up to 10 minutes after their window, and polls are 5 minutes apart.
   * Default 15 min.
   */
  readonly trafficLatenessMs?: number;
  /** How long a first notice waits, so that a burst is one message. Default 20 s. */
  readonly groupWaitMs?: number;
  /** IANA zone of the tenant's hours and weekends, for baselines. Default UTC. */
  readonly timeZone?: string;
  /** How long alerts are kept. Default: for ever. */
  readonly keepAlertsMs?: number;
}

const LATENESS_MS = 60_000;
const TRAFFIC_LATENESS_MS = 15 * 60_000;

/** The allowed lateness of a feed's events in microseconds. */
export function latenessOf(settings: PipelineSettings, source: Source): Micros {
  const { latenessMs = LATENESS_MS, trafficLatenessMs = TRAFFIC_LATENESS_MS } = settings;
  return (source === 'audit' ? latenessMs : trafficLatenessMs) * 1000;
}

/** What waits for several feeds waits for the slowest. */
export function longestLateness(settings: PipelineSettings, sources: readonly Source[]): Micros {
  return Math.max(0, ...sources.map((source) => latenessOf(settings, source)));
}

export const GROUP_WAIT_MS = 20_000;
