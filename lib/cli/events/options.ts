import { InputError } from '../../model/errors.ts';
import { SOURCES, type Source } from '../../model/event.ts';
import type { Micros } from '../../model/timestamp.ts';
import type { Arguments, Option } from '../command.ts';
import { timeOption } from '../time-option.ts';

/** Which stored events: of either feed. */
const RANGE_OPTIONS = {
  source: { value: 'FEED', help: 'audit: who did what (default); traffic: who talked to whom', choices: SOURCES },
  since: { value: 'WHEN', help: 'not before: 2h, 7d, 2026-11-23 or 2026-11-23T15:49:14Z' },
  until: { value: 'WHEN', help: 'not after' },
  search: { value: 'TEXT', help: 'part of a name, an address, a code or a detail; case does not matter' },
} as const satisfies Record<string, Option>;

const AUDIT_OPTIONS = {
  activity: { value: 'CODE', help: 'audit: the activity code; * stands for any text: route.delete, peer.*, *.delete' },
  actor: { value: 'WHO', help: 'audit: who did it: id, name (also a forgotten one) or e-mail address' },
  target: { value: 'WHAT', help: 'audit: what it was done to: id or name' },
} as const satisfies Record<string, Option>;

const TRAFFIC_OPTIONS = {
  user: { value: 'WHO', help: 'traffic: whose device: id, name or e-mail address' },
  reporter: { value: 'PEER', help: 'traffic: the peer that reported it: id or name' },
  'source-peer': { value: 'WHAT', help: 'traffic: where it came from: id, name or address' },
  destination: { value: 'WHAT', help: 'traffic: where it went to: id, name or address' },
  protocol: { value: 'P', help: 'traffic: tcp, udp, icmp, icmpv6, sctp, or its IANA number' },
  direction: { value: 'D', help: 'traffic: ingress | egress, as the reporter saw it' },
  'connection-type': { value: 'T', help: 'traffic: p2p | routed' },
  type: { value: 'T', help: 'traffic: start | end | drop: at least one flow did so' },
} as const satisfies Record<string, Option>;

/** What `events` and `events stats` take to choose events. */
export const EVENT_OPTIONS = {
  ...RANGE_OPTIONS,
  ...AUDIT_OPTIONS,
  ...TRAFFIC_OPTIONS,
} as const satisfies Record<string, Option>;

/** The feed that is asked for. Throws InputError where an option is about the other one. */
export function sourceOf(args: Arguments): Source {
  const source = (args.text('source') ?? 'audit') as Source;
  const [others, remedy] =
    source === 'audit'
      ? [TRAFFIC_OPTIONS, 'Add --source traffic, or leave it out.']
      : [AUDIT_OPTIONS, 'Leave out --source traffic, or this option.'];
  const stray = Object.keys(others).find((option) => args.on(option));
  if (stray === undefined) return source;
  throw new InputError(`--${stray} is about ${source === 'audit' ? 'traffic' : 'audit events'}.`, remedy);
}

/** First and last microsecond, as far as they are given. */
export interface TimeRange {
  readonly since?: Micros;
  readonly until?: Micros;
}

export function rangeOf(args: Arguments, now: Date): TimeRange {
  const [since, until] = [args.text('since'), args.text('until')];
  return {
    ...(since !== undefined && { since: timeOption('since', since, now) }),
    ...(until !== undefined && { until: timeOption('until', until, now) }),
  };
}

/** A whole number from 1 that an option gives, or undefined. Throws InputError for anything else. */
export function countOption(args: Arguments, name: string): number | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,11}$/.test(text)) {
    throw new InputError(`--${name} cannot be ${text}.`, 'Give a whole number from 1, such as 100.');
  }
  return Number(text);
}
