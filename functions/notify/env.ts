import * as z from 'zod';

/** What notify needs to know; CDK writes it, the handler parses it. */
export const notifyEnv = z.object({
  EVENTS_TABLE: z.string().min(1),
  ALERTS_TABLE: z.string().min(1),
  STATE_TABLE: z.string().min(1),
  TENANT: z.string().min(1),
  TOPIC_ARN: z.string().min(1),
  /** The IANA zone in which messages show times, beside UTC. */
  TIME_ZONE: z.string().min(1),
});
export type NotifyEnv = z.input<typeof notifyEnv>;
