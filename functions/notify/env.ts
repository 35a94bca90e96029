import * as z from 'zod/mini';

const text = z.string('is missing').check(z.minLength(1, 'is empty'));
/** What notify needs to know; CDK writes it, the handler parses it. */
export const notifyEnv = z.object({
  ALERTS_TABLE: text,
  TENANT: text,
  TOPIC_ARN: text,
  /** The IANA zone in which messages show times, beside UTC. */
  TIME_ZONE: text,
});
export type NotifyEnv = z.input<typeof notifyEnv>;
