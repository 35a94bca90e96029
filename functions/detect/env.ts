import * as z from 'zod/mini';

const text = z.string('is missing').check(z.minLength(1, 'is empty'));
const millis = z.pipe(
  z.string().check(z.regex(/^\d+$/, 'is not a whole number of milliseconds')),
  z.transform((written: string) => Number(written)),
);

/** What detect needs to know; CDK writes it, the handler parses it. */
export const detectEnv = z.object({
  EVENTS_TABLE: text,
  ALERTS_TABLE: text,
  STATE_TABLE: text,
  /** Whose lists rules go by. */
  TENANT: text,
  /** Milliseconds: first-run events older than this when collected alert nobody. */
  ALERT_HISTORY_MS: millis,
  /** Milliseconds: how long a first notice waits. */
  GROUP_WAIT_MS: millis,
  /** IANA zone of the hours and weekends that baselines learn. */
  TIME_ZONE: text,
});
export type DetectEnv = z.input<typeof detectEnv>;
