import * as z from 'zod';

const millis = z.string().regex(/^\d+$/, 'is not a whole number of milliseconds').transform(Number);

/** What collect needs to know; CDK writes it, the handler parses it. */
export const collectEnv = z.object({
  EVENTS_TABLE: z.string().min(1),
  ALERTS_TABLE: z.string().min(1),
  STATE_TABLE: z.string().min(1),
  TENANT: z.string().min(1),
  /** NetBird's address, without a path. */
  NETBIRD_URL: z.url({ protocol: /^https?$/ }),
  /** Whether plain http is taken outside loopback, too. */
  ALLOW_HTTP: z.enum(['true', 'false']).transform((text) => text === 'true'),
  /** Name or ARN of the secret that holds the token: as it is, or as JSON `{"token": "…"}`. */
  TOKEN_SECRET: z.string().min(1),
  /** Milliseconds: what the first run finds older than this alerts nobody. */
  ALERT_HISTORY_MS: millis,
  /** Milliseconds: how far behind the newest event a poll reads again. */
  OVERLAP_MS: millis,
  /** Milliseconds: how long a first notice waits. */
  GROUP_WAIT_MS: millis,
  /** Milliseconds that events are kept. Absent: for ever. */
  KEEP_MS: millis.optional(),
});
export type CollectEnv = z.input<typeof collectEnv>;
