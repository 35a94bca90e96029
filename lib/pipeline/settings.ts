import type { Micros } from '../model/timestamp.ts';

/** What the pipeline is told about its surroundings. All in milliseconds. */
export interface PipelineSettings {
  /** How long after its time an audit event may come and still count as if it had come in order. Default 60 s. */
  readonly latenessMs?: number;
  /** How long a first notice waits, so that a burst is one message. Default 20 s. */
  readonly groupWaitMs?: number;
  /** How long alerts are kept. Default: for ever. */
  readonly keepAlertsMs?: number;
}

const LATENESS_MS = 60_000;

/** The allowed lateness in microseconds. */
export function latenessOf({ latenessMs = LATENESS_MS }: PipelineSettings): Micros {
  return latenessMs * 1000;
}

export const GROUP_WAIT_MS = 20_000;
