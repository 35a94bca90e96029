import { activityMessage } from '../model/catalogue/activity-codes.ts';
import type { AuditEvent, Source } from '../model/event.ts';
import type { RuleTest } from '../model/rule.ts';
import { type Micros, microsText, parseTimestamp } from '../model/timestamp.ts';
import type { TrafficEvent } from '../model/traffic.ts';
import type { ReplayedEvent } from '../pipeline/replay.ts';
import { repeated, type Written } from './repeated-events.ts';

/** A Monday morning: the time of a test's first event where it says none. */
const START: Micros = Date.UTC(2026, 10, 2, 10) * 1000;
const SECOND = 1_000_000;
const FIRST_ID = 1001;

/** People of tests, by id: who is not one of them has neither name nor e-mail address unless the test gives them. */
const PEOPLE = ['Anna', 'Ben', 'Carla', 'David', 'Eva', 'Farid', 'Greta', 'Hugo', 'Ines'];
const TRAFFIC_KEYS = ['flow_id', 'reporter_id', 'rx_bytes', 'tx_bytes', 'direction', 'protocol', 'window_start'];

/** What a test says of its events. */
export type WrittenEvents = Pick<RuleTest, 'events' | 'repeats'>;

/**
 * The events of a test, with what it left out: a unique id, a time one second after the event before, the activity's own
 * words, `user-1` as initiator, names of `user-1` to `user-9`. Events without any sign of a feed are of `preset`.
 */
export function fillEvents({ events, repeats }: WrittenEvents, preset: Source = 'audit'): ReplayedEvent[] {
  const filled: ReplayedEvent[] = [];
  let before = START - SECOND;
  for (const [place, written] of events.entries()) {
    const source = sourceOf(written, preset);
    const first = timeOf(written, source) ?? microsText(before + SECOND);
    for (const { event, timestamp } of repeated(written, first, repeats?.get(place), place)) {
      before = parseTimestamp(timestamp)?.micros ?? before + SECOND;
      const index = filled.length;
      const isAudit = source === 'audit';
      if (isAudit) filled.push({ source, event: auditEvent(event, index, timestamp) });
      else filled.push({ source, event: trafficRow(event, index, timestamp) });
    }
  }
  return filled;
}

function sourceOf(event: Written, preset: Source): Source {
  if ('activity_code' in event) return 'audit';
  return TRAFFIC_KEYS.some((key) => key in event) ? 'traffic' : preset;
}

/** A time that cannot be read stays, so that whoever runs the event says so. */
function timeOf(event: Written, source: Source): string | undefined {
  const given = source === 'audit' ? event['timestamp'] : (event['window_start'] ?? event['timestamp']);
  return given === undefined ? undefined : String(given);
}

function auditEvent(event: Written, index: number, timestamp: string): AuditEvent {
  const code = String(event['activity_code'] ?? '');
  const initiator = String(event['initiator_id'] ?? 'user-1');
  const name = nameOf(initiator);
  return {
    activity: activityMessage(code) ?? code,
    initiator_id: initiator,
    initiator_name: name,
    initiator_email: name === '' ? '' : `${name.toLowerCase()}@acme.example`,
    target_id: 'target-1',
    meta: {},
    ...event,
    id: String(event['id'] ?? FIRST_ID + index),
    activity_code: code,
    timestamp,
  };
}

function nameOf(id: string): string {
  const number = /^user-([1-9])$/.exec(id)?.[1];
  return number === undefined ? '' : (PEOPLE[Number(number) - 1] ?? '');
}

function trafficRow(event: Written, index: number, timestamp: string): TrafficEvent {
  const { source, destination, timestamp: _, ...rest } = event;
  const end = microsText((parseTimestamp(timestamp)?.micros ?? START) + 60 * SECOND);
  return {
    flow_id: `00000000-0000-4000-8000-${String(FIRST_ID + index).padStart(12, '0')}`,
    reporter_id: 'peer-1',
    user: { id: '', email: '', name: '' },
    policy: { id: '', name: '' },
    icmp: { type: 0, code: 0 },
    protocol: 6,
    direction: 'EGRESS',
    rx_bytes: 0,
    rx_packets: 0,
    tx_bytes: 0,
    tx_packets: 0,
    num_of_starts: 1,
    num_of_ends: 1,
    num_of_drops: 0,
    window_end: end,
    events: [],
    ...rest,
    window_start: timestamp,
    source: endpoint(source, { id: 'peer-1', name: 'laptop-1', address: '100.64.0.1:50000' }),
    destination: endpoint(destination, { id: 'peer-2', name: 'server-1', address: '100.64.0.2:443' }),
  };
}

function endpoint(
  given: unknown,
  preset: { id: string; name: string; address: string },
): TrafficEvent['source'] & { id: string } {
  const place = { city_name: '', country_code: '' };
  const known = typeof given === 'object' && given !== null ? given : {};
  return { type: 'PEER', geo_location: place, os: null, dns_label: null, ...preset, ...known };
}
