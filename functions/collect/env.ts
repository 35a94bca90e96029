import * as z from 'zod/mini';

const text = z.string('is missing').check(z.minLength(1, 'is empty'));
const millis = z.pipe(
  z.string().check(z.regex(/^\d+$/, 'is not a whole number of milliseconds')),
  z.transform((written: string) => Number(written)),
);

/** What collect needs to know; CDK writes it, the handler parses it. */
export const collectEnv = z.object({
  EVENTS_TABLE: text,
  ALERTS_TABLE: text,
  STATE_TABLE: text,
  TENANT: text,
  /** NetBird's address, without a path. */
  NETBIRD_URL: z.url({ protocol: /^https?$/, error: 'is not an http(s):// URL' }),
  /** Whether plain http is taken outside loopback, too. */
  ALLOW_HTTP: z.pipe(
    z.enum(['true', 'false'], 'is neither true nor false'),
    z.transform((value) => value === 'true'),
  ),
  /** Name or ARN of the secret that holds the token: as it is, or as JSON `{"token": "…"}`. */
  TOKEN_SECRET: text,
  /** Milliseconds: what the first run finds older than this alerts nobody. */
  ALERT_HISTORY_MS: millis,
  /** Milliseconds: how far behind the newest event a poll reads again. */
  OVERLAP_MS: millis,
  /** Milliseconds: how long a first notice waits. */
  GROUP_WAIT_MS: millis,
  /** Milliseconds that events are kept. Absent: for ever. */
  KEEP_MS: z.optional(millis),
  /** Milliseconds between two polls of traffic. Absent: it is not collected. */
  TRAFFIC_EVERY_MS: z.optional(millis),
  /** Parts that the rows of an hour are spread over. */
  TRAFFIC_SHARDS: z.optional(
    z.pipe(
      z.string().check(z.regex(/^[1-9]\d?$/, 'is not a number from 1 to 99')),
      z.transform((written: string) => Number(written)),
    ),
  ),
  /** `rollup`: rows are kept for days only, and hourly sums for good. */
  TRAFFIC_STORE: z.optional(z.enum(['full', 'rollup'], 'is neither full nor rollup')),
});
export type CollectEnv = z.input<typeof collectEnv>;
