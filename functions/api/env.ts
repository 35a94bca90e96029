import * as z from 'zod/mini';

const text = z.string('is missing').check(z.minLength(1, 'is empty'));
const count = z.pipe(
  z.string().check(z.regex(/^[1-9]\d*$/, 'is not a whole number above 0')),
  z.transform((written: string) => Number(written)),
);

/** What the API needs to know; CDK writes it, the handler parses it. */
export const apiEnv = z.object({
  EVENTS_TABLE: text,
  STATE_TABLE: text,
  TENANT: text,
  /** Requests a minute and key, and how many at once; each instance of the function counts for itself. */
  RATE_PER_MINUTE: count,
  RATE_BURST: count,
});
export type ApiEnv = z.input<typeof apiEnv>;
