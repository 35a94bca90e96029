import { InputError } from '../../model/errors.ts';
import { splitAddress, type TrafficEvent, withDerivedFields } from '../../model/traffic.ts';
import type { Arguments } from '../command.ts';
import type { NameBook } from '../remembered-names.ts';

/** Whether a row fits the options about traffic. */
export type TrafficFilter = (row: TrafficEvent, names: NameBook) => boolean;

/** Names of the protocols that NetBird reports, by IANA number. */
const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmpv6'],
  [132, 'sctp'],
]);

/** `tcp`, or the number where there is no name. */
export function protocolName(protocol: number): string {
  return PROTOCOLS.get(protocol) ?? String(protocol);
}

/** Reads the options about traffic. Throws InputError for a value that no row has. */
export function trafficFilter(args: Arguments): TrafficFilter {
  const filters = [
    ...given(args, 'user', byUser),
    ...given(args, 'reporter', byReporter),
    ...given(args, 'source-peer', (text) => (row) => isEnd(row.source, text)),
    ...given(args, 'destination', (text) => (row) => isEnd(row.destination, text)),
    ...given(args, 'protocol', byProtocol),
    ...given(args, 'direction', byDirection),
    ...given(args, 'connection-type', byConnectionType),
    ...given(args, 'type', byType),
    ...given(args, 'search', bySearch),
  ];
  return (row, names) => filters.every((fits) => fits(row, names));
}

function given(args: Arguments, option: string, filter: (text: string) => TrafficFilter): TrafficFilter[] {
  const text = args.text(option);
  return text === undefined ? [] : [filter(text.toLowerCase())];
}

function byUser(text: string): TrafficFilter {
  return ({ user }) => isOneOf(text, [user?.id, user?.name, user?.email]);
}

function byReporter(text: string): TrafficFilter {
  return ({ reporter_id: id, source, destination }, names) => {
    const end = [source, destination].find((one) => one.id === id && id !== '');
    return isOneOf(text, [id, end?.name, names.get(id)?.name]);
  };
}

/** Id, name, or address with or without its port. */
function isEnd({ id, name, address, dns_label }: TrafficEvent['source'], text: string): boolean {
  return isOneOf(text, [id, name, dns_label, address, splitAddress(address).ip]);
}

function byProtocol(text: string): TrafficFilter {
  const named = [...PROTOCOLS].find(([, name]) => name === text)?.[0];
  const number = named ?? (/^\d{1,3}$/.test(text) ? Number(text) : undefined);
  if (number === undefined || number > 255) {
    throw new InputError(
      `--protocol cannot be ${text}.`,
      `Give ${[...PROTOCOLS.values()].join(', ')}, or an IANA number from 0 to 255.`,
    );
  }
  return (row) => row.protocol === number;
}

function byDirection(text: string): TrafficFilter {
  const wanted = choice('direction', text, { ingress: 'INGRESS', egress: 'EGRESS', unknown: 'DIRECTION_UNKNOWN' });
  return (row) => row.direction === wanted;
}

function byConnectionType(text: string): TrafficFilter {
  const wanted = choice('connection-type', text, { p2p: 'P2P', routed: 'ROUTED' });
  return (row) => withDerivedFields(row).connection_type === wanted;
}

/** Rows of whole windows count what began and ended, and may not list it. */
function byType(text: string): TrafficFilter {
  const wanted = choice('type', text, { start: 'TYPE_START', end: 'TYPE_END', drop: 'TYPE_DROP' });
  const counter = ({ TYPE_START: 'num_of_starts', TYPE_END: 'num_of_ends', TYPE_DROP: 'num_of_drops' } as const)[
    wanted
  ];
  return (row) => (row[counter] ?? 0) > 0 || (row.events ?? []).some(({ type }) => type === wanted);
}

/** As NetBird searches: e-mail address, names and addresses of both ends. */
function bySearch(text: string): TrafficFilter {
  return ({ user, source, destination }) =>
    [user?.email, source.name, destination.name, source.address, destination.address].some((one) =>
      one?.toLowerCase().includes(text),
    );
}

/** Takes the word and what the API calls it. */
function choice<T extends string>(option: string, text: string, words: Readonly<Record<string, T>>): T {
  const value = words[text] ?? Object.values(words).find((one) => one.toLowerCase() === text);
  if (value !== undefined) return value;
  throw new InputError(`--${option} cannot be ${text}.`, `It is one of ${Object.keys(words).join(', ')}.`);
}

function isOneOf(text: string, candidates: readonly (string | null | undefined)[]): boolean {
  return candidates.some((candidate) => candidate?.toLowerCase() === text);
}
