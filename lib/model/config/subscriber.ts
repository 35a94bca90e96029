import * as z from 'zod';
import type { Protocol } from '../delivery.ts';
import { SEVERITIES, type Severity, severitiesFrom } from '../severity.ts';

/** Somebody, or something, that is told. */
export interface Subscriber {
  readonly protocol: Protocol;
  /** E-mail address, phone number (E.164), https URL, or ARN of a queue or function (`json`). */
  readonly endpoint: string;
  /** What it is told, weakest first. */
  readonly severities: readonly Severity[];
}

/** An SNS filter policy over message attributes that compares exactly. */
export type SeverityPolicy = { readonly severity: readonly Severity[] };

/** From which severity on each protocol is told unless the configuration says otherwise. */
const LEAST_SEVERITY: Readonly<Record<Protocol, Severity>> = {
  email: 'medium',
  sms: 'high',
  https: 'informational',
  json: 'informational',
};

const EMAIL = /^[^\s@"<>(),:;[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;
const E164 = /^\+[1-9]\d{6,14}$/;
const ARN = /^arn:aws[a-z-]*:(sqs|lambda):[a-z0-9-]+:\d{12}:\S+$/;

const severity = z.enum(SEVERITIES, `is not one of ${SEVERITIES.join(', ')}`);
const told = {
  minSeverity: severity.describe('Told from this severity upwards. Not together with severities.').optional(),
  severities: z
    .array(severity)
    .min(1, 'is empty: nothing would ever be told')
    .describe('Told exactly these.')
    .optional(),
};

const email = z.strictObject({
  protocol: z.literal('email'),
  endpoint: z.string().regex(EMAIL, 'is not an e-mail address such as security@example.com'),
  ...told,
});
const sms = z.strictObject({
  protocol: z.literal('sms'),
  endpoint: z
    .string()
    .regex(E164, 'is not a phone number with its country such as "+15555550100" (no spaces, in quotes)'),
  ...told,
});
const https = z.strictObject({
  protocol: z.literal('https'),
  endpoint: z.string().refine(isHttpsUrl, 'is not an https:// URL'),
  ...told,
});
const json = z.strictObject({
  protocol: z.literal('json'),
  endpoint: z.string().regex(ARN, 'is not the ARN of an SQS queue or a Lambda function'),
  ...told,
});

/** One entry of `subscribers`, as it is written. */
export const subscriberSchema = z
  .discriminatedUnion('protocol', [email, sms, https, json])
  .refine((subscriber) => subscriber.minSeverity === undefined || subscriber.severities === undefined, {
    error: 'stands beside minSeverity: keep one of the two',
    path: ['severities'],
  });

/** The entry with its defaults. */
export function toSubscriber(written: z.output<typeof subscriberSchema>): Subscriber {
  const { protocol, endpoint, minSeverity, severities } = written;
  const chosen = severities ?? severitiesFrom(minSeverity ?? LEAST_SEVERITY[protocol]);
  return { protocol, endpoint, severities: SEVERITIES.filter((each) => chosen.includes(each)) };
}

/** The SNS filter policy of a subscription, over the attributes of `Notice`. */
export function filterPolicyOf(subscriber: Subscriber): SeverityPolicy {
  return { severity: subscriber.severities };
}

/** Who would be told where no configuration is given. */
export const DEFAULT_SUBSCRIBERS: readonly Subscriber[] = [
  { protocol: 'email', endpoint: 'security@example.com', severities: severitiesFrom(LEAST_SEVERITY.email) },
  { protocol: 'sms', endpoint: '+15555550100', severities: severitiesFrom(LEAST_SEVERITY.sms) },
];

function isHttpsUrl(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:' && !/\s/.test(text);
}
