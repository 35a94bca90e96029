import type { TrafficEvent } from '../../../model/traffic.ts';
import { type Flow, isPeer, observerOf, type TrafficEnd, type TrafficPeer, type TrafficUser } from './network.ts';

/** A row as its reporter knows it at a time. */
export interface Report {
  readonly row: TrafficEvent;
  /** Epoch milliseconds: the end of the row's window; of a legacy client's row, the flow's start and then its end. */
  readonly knownAt: number;
  /** It takes the place of the report of the same flow before: a legacy client's row has grown. */
  readonly grown?: true;
}

const NOBODY = { email: '', id: '', name: '' };
const NO_POLICY = { id: '', name: '' };
const NO_ICMP = { code: 0, type: 0 };
const BYTES_PER_PACKET = 1180;
/** A connection attempt that nothing comes back from. */
const ATTEMPT_BYTES = 60;
/** An aggregated row that stands for more connections than this comes without its sub-events. */
const MOST_LISTED = 2;

/**
 * Everything that is reported of a flow: by the source's side as EGRESS, by the destination's as INGRESS, each with bytes
 * from its own point of view. What was refused comes from a userspace filter only. `makeId` gives a flow id: each side has
 * its own. One peer that sees both ends reports once.
 */
export function reportsOf(flow: Flow, windowMs: number, makeId: () => string): Report[] {
  const [near, far] = [observerOf(flow.source), observerOf(flow.destination)];
  const reports: Report[] = [];
  if (near.reports) reports.push(...seenBy({ flow, by: near, side: 'EGRESS', id: makeId(), windowMs }));
  if (far.reports && far.id !== near.id && (!flow.dropped || far.filter === 'userspace')) {
    reports.push(...seenBy({ flow, by: far, side: 'INGRESS', id: makeId(), windowMs }));
  }
  return reports;
}

type Side = 'EGRESS' | 'INGRESS';

interface View {
  readonly flow: Flow;
  readonly by: TrafficPeer;
  readonly side: Side;
  /** The flow's id as this side made it. */
  readonly id: string;
  readonly windowMs: number;
}

function seenBy(view: View): Report[] {
  const { flow, by, windowMs } = view;
  const [first, last] = [windowEnd(flow.startedAt, windowMs), windowEnd(flow.endedAt, windowMs)];
  if (flow.dropped && view.side === 'INGRESS') {
    return [{ row: rowOf(view, 'refused'), knownAt: by.legacy ? flow.startedAt : first }];
  }
  if (by.legacy) {
    return [
      { row: rowOf(view, 'opened'), knownAt: flow.startedAt },
      { row: rowOf(view, 'whole'), knownAt: flow.endedAt, grown: true },
    ];
  }
  if (first === last) return [{ row: rowOf(view, 'whole'), knownAt: last }];
  return [
    { row: rowOf(view, 'opened'), knownAt: first },
    { row: rowOf(view, 'closed'), knownAt: last },
  ];
}

/** Written out for the two kinds of clients: spreading one into the other costs half of all the time. */
function rowOf(view: View, life: Life): TrafficEvent {
  const { flow, by, side, id } = view;
  const counted = by.counts && life !== 'opened' ? countersOf(flow, side, life) : NOTHING_COUNTED;
  const destination = endpoint(flow.destination, flow, flow.destinationPort, side === 'INGRESS');
  const events = subEvents(flow, life, by.legacy);
  const icmp = flow.icmpType === undefined ? NO_ICMP : { code: 0, type: flow.icmpType };
  const policy = side === 'INGRESS' && by.filter === 'userspace' ? flow.policy : NO_POLICY;
  const source = endpoint(flow.source, flow, flow.sourcePort, side === 'EGRESS');
  const user = userOf(flow.source);
  const { rx_bytes, rx_packets, tx_bytes, tx_packets } = counted;
  const [direction, protocol, flow_id, reporter_id] = [side, flow.protocol, id, by.id];
  if (by.legacy) {
    return { destination, direction, events, flow_id, icmp, policy, protocol, reporter_id, ...counted, source, user };
  }
  const { starts, ends, drops, end } = windowOf(view, life);
  return {
    destination,
    direction,
    events,
    flow_id,
    icmp,
    num_of_drops: drops,
    num_of_ends: ends,
    num_of_starts: starts,
    policy,
    protocol,
    reporter_id,
    rx_bytes,
    rx_packets,
    source,
    tx_bytes,
    tx_packets,
    user,
    window_end: timeText(end),
    window_start: timeText(end - view.windowMs),
  };
}

function userOf(source: TrafficEnd): TrafficUser {
  return (isPeer(source) ? source.user : undefined) ?? NOBODY;
}

function windowOf({ flow, windowMs }: View, life: Life): Record<'starts' | 'ends' | 'drops' | 'end', number> {
  const begins = life === 'opened' || life === 'whole';
  const isOver = life === 'closed' || life === 'whole';
  return {
    starts: begins ? flow.connections : 0,
    ends: isOver ? flow.connections : 0,
    drops: life === 'refused' ? flow.connections : 0,
    end: windowEnd(life === 'closed' ? flow.endedAt : flow.startedAt, windowMs),
  };
}

function windowEnd(at: number, windowMs: number): number {
  return (Math.floor(at / windowMs) + 1) * windowMs;
}

/** What of a flow's life a row tells of. Bytes come with its end. */
type Life = 'opened' | 'closed' | 'whole' | 'refused';

const NOTHING_COUNTED = { rx_bytes: 0, rx_packets: 0, tx_bytes: 0, tx_packets: 0 };

function countersOf(flow: Flow, side: Side, life: Life): typeof NOTHING_COUNTED {
  const refused = flow.connections * ATTEMPT_BYTES;
  if (life === 'refused') return { ...NOTHING_COUNTED, rx_bytes: refused, rx_packets: flow.connections };
  const sent = flow.dropped ? refused : flow.sent;
  const received = flow.dropped ? 0 : flow.received;
  const [rx, tx] = side === 'EGRESS' ? [received, sent] : [sent, received];
  return { rx_bytes: rx, rx_packets: packets(rx), tx_bytes: tx, tx_packets: packets(tx) };
}

function packets(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_PACKET);
}

/** A domain is known by its name to who asked for it; the routing peer sees an address. */
function endpoint(end: TrafficEnd, flow: Flow, port: number, isOwnSide: boolean): TrafficEvent['source'] {
  if (isPeer(end)) {
    const isV6 = flow.v6 === true && isPeer(flow.source) && isPeer(flow.destination);
    return {
      address: isV6 ? `[${end.ipv6}]:${port}` : `${end.ip}:${port}`,
      dns_label: `${end.name}.netbird.cloud`,
      geo_location: { city_name: end.city, country_code: end.country },
      id: end.id,
      name: end.name,
      os: end.os,
      type: 'PEER',
    };
  }
  const isKnown = !(isOwnSide && end.type === 'DOMAIN_RESOURCE');
  return {
    address: end.ip.includes(':') ? `[${end.ip}]:${port}` : `${end.ip}:${port}`,
    dns_label: null,
    geo_location: { city_name: end.city, country_code: end.country },
    id: isKnown ? end.id : '',
    name: isKnown ? end.name : '',
    os: null,
    type: isKnown ? end.type : 'UNKNOWN',
  };
}

function subEvents(flow: Flow, life: Life, legacy: boolean): { type: string; timestamp: string }[] {
  if (flow.connections > MOST_LISTED && !legacy) return [];
  const start = { timestamp: timeText(flow.startedAt), type: 'TYPE_START' };
  const end = { timestamp: timeText(flow.endedAt), type: 'TYPE_END' };
  if (life === 'refused') return [{ ...start, type: 'TYPE_DROP' }];
  if (life === 'opened') return [start];
  return life === 'closed' ? [end] : [start, end];
}

const texts = new Map<number, string>();

/** As Go prints it: without zeros at the end of the fraction. The last few are remembered: a window has many rows. */
function timeText(ms: number): string {
  const known = texts.get(ms);
  if (known !== undefined) return known;
  if (texts.size > 1000) texts.clear();
  const text = new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');
  texts.set(ms, text);
  return text;
}
