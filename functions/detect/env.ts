import * as z from 'zod';

const millis = z.string().regex(/^\d+$/, 'is not a whole number of milliseconds').transform(Number);

/** What detect needs to know; CDK writes it, the handler parses it. */
export const detectEnv = z.object({
  EVENTS_TABLE: z.string().min(1),
  ALERTS_TABLE: z.string().min(1),
  STATE_TABLE: z.string().min(1),
  /** Milliseconds: first-run events older than this when collected alert nobody. */
  ALERT_HISTORY_MS: millis,
  /** Milliseconds: how long a first notice waits. */
  GROUP_WAIT_MS: millis,
});
export type DetectEnv = z.input<typeof detectEnv>;
