import * as z from 'zod';
import { duration } from './config/duration-text.ts';
import { DEFAULT_SUBSCRIBERS, type Subscriber, subscriberSchema, toSubscriber } from './config/subscriber.ts';
import { type TrafficConfig, toTraffic, trafficSchema } from './config/traffic.ts';
import { parseDuration } from './duration.ts';

export { DEFAULT_SUBSCRIBERS, filterPolicyOf, type Subscriber } from './config/subscriber.ts';

/** `netbird-alerts.yaml`, with defaults filled in. Durations are milliseconds. */
export interface Config {
  /** NetBird's management API. */
  readonly url: string;
  /** Name of the NetBird account; part of every key. */
  readonly tenant: string;
  /** Secrets Manager's name for the secret that holds the token. Absent: the stack makes an empty one. */
  readonly tokenSecretName?: string;
  readonly everyMs: number;
  /** History of the first run older than this alerts nobody. */
  readonly alertHistoryMs: number;
  /** How far behind the newest event a poll reads again. */
  readonly overlapMs: number;
  /** How long events are kept. Absent: for ever. */
  readonly keepMs?: number;
  /** IANA zone of the times in e-mails and texts, beside UTC. */
  readonly timeZone: string;
  /** How long a first notice waits, so that a burst is one message. */
  readonly groupWaitMs: number;
  /** Takes plain http:// for hosts other than loopback ones. */
  readonly allowHttp: boolean;
  /** Serves the archive in the shape of NetBird's API, to those who have a key. */
  readonly api: boolean;
  /** Folder of rules, as written. Absent: the shipped rules. */
  readonly rules?: string;
  /** False: traffic is not collected. */
  readonly traffic: TrafficConfig | false;
  readonly subscribers: readonly Subscriber[];
}

const DAY = '1d';

const fields = z.strictObject({
  url: z
    .string()
    .refine(isApiUrl, 'is not an http(s):// URL without user, query and fragment')
    .default('https://api.netbird.io')
    .describe("NetBird's management API."),
  tenant: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      'is not a name of 1 to 64 letters, digits, dots, dashes and underscores',
    )
    .default('default')
    .describe('Name of the NetBird account: part of every key, so it cannot change later.'),
  tokenSecretName: z
    .string()
    .regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/, 'is not a name that Secrets Manager takes')
    .optional()
    .describe('The secret that holds the token. Without it, deploying makes an empty secret and says its name.'),
  every: duration('1s', DAY, '1m').default('1m').describe('How often NetBird is asked. In AWS: whole minutes.'),
  alertHistory: duration('0s', '52w', '1h')
    .default('1h')
    .describe('Events of the first run that are older than this alert nobody.'),
  overlap: duration('1m', '7d', '1h')
    .default('1h')
    .describe('How far behind the newest event each poll reads again, for events that come late.'),
  keep: duration(DAY, '100y', '400d').optional().describe('How long events are kept. Without it: for ever.'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'is not an IANA time zone such as Europe/Berlin')
    .default('UTC')
    .describe('Zone of the times in messages, beside UTC.'),
  groupWait: duration('0s', '5m', '20s')
    .default('20s')
    .describe('How long the first message of an alert waits, so that a burst is one message.'),
  allowHttp: z.boolean().default(false).describe('Takes plain http:// for hosts other than loopback ones.'),
  api: z
    .boolean()
    .default(false)
    .describe("In AWS: serves what is stored in the shape of NetBird's API, to those who have a key."),
  rules: z.string().min(1, 'is empty').optional().describe('Folder of rules. Without it: the shipped rules.'),
  traffic: trafficSchema.optional().describe('Network traffic; false: it is not collected.'),
  subscribers: z
    .array(subscriberSchema)
    .min(1, 'is empty: nobody would be told')
    .max(100, 'has over 100 entries')
    .optional()
    .describe('Who is told what.'),
});

/** What may stand in `netbird-alerts.yaml`; its output has defaults and milliseconds. Unknown keys are errors. */
export const configSchema = fields
  .refine(({ url, allowHttp }) => allowHttp || !needsAllowHttp(url), {
    error:
      'is plain http:// to another machine, which shows the token to everybody on the way: use https:// or set allowHttp: true',
    path: ['url'],
  })
  .transform(toConfig);

/** Keys that may stand in the file, or in one of its subscribers. */
export const CONFIG_KEYS: readonly string[] = Object.keys(fields.shape);
export const SUBSCRIBER_KEYS: readonly string[] = ['protocol', 'endpoint', 'minSeverity', 'severities'];
export { TRAFFIC_KEYS } from './config/traffic.ts';

/** JSON Schema of the file, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: 'netbird-alerts.yaml', ...z.toJSONSchema(fields, { io: 'input' }) };
}

/** The configuration where no file is given. */
export function defaultConfig(): Config {
  return configSchema.parse({});
}

function toConfig(written: z.output<typeof fields>): Config {
  const { every, alertHistory, overlap, keep, groupWait, subscribers, tokenSecretName, rules, traffic, ...same } =
    written;
  return {
    ...same,
    everyMs: parseDuration(every) ?? 0,
    alertHistoryMs: parseDuration(alertHistory) ?? 0,
    overlapMs: parseDuration(overlap) ?? 0,
    groupWaitMs: parseDuration(groupWait) ?? 0,
    ...(keep === undefined ? {} : { keepMs: parseDuration(keep) ?? 0 }),
    ...(tokenSecretName === undefined ? {} : { tokenSecretName }),
    ...(rules === undefined ? {} : { rules }),
    traffic: traffic === false ? false : toTraffic(traffic),
    subscribers: subscribers?.map(toSubscriber) ?? DEFAULT_SUBSCRIBERS,
  };
}

function isApiUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === '';
}

function needsAllowHttp(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function isTimeZone(text: string): boolean {
  try {
    return (
      new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '' && /^[A-Za-z]/.test(text)
    );
  } catch {
    return false;
  }
}
