/** A machine that runs NetBird. */
export interface TrafficPeer {
  readonly id: string;
  readonly name: string;
  readonly ip: string;
  /** Its second overlay address. */
  readonly ipv6: string;
  readonly os: string;
  readonly city: string;
  readonly country: string;
  /** Whose machine it is; absent for servers. */
  readonly user?: TrafficUser;
  /** Only the userspace filter tells of drops, and which policy let a flow in. */
  readonly filter: 'userspace' | 'kernel';
  /** False: bytes and packets are all 0, since a kernel peer's counters are off. */
  readonly counts: boolean;
  /** False: not a member of the groups whose traffic is logged. */
  readonly reports: boolean;
  /** A client before 0.75: a row for each flow, without windows and counters, which grows in place. */
  readonly legacy: boolean;
}

export type TrafficUser = { readonly id: string; readonly email: string; readonly name: string };

/** Something behind a routing peer, or what an exit node leads to. Runs no NetBird, so that it reports nothing. */
export interface TrafficResource {
  readonly id: string;
  readonly name: string;
  /** IPv4 or IPv6. */
  readonly ip: string;
  readonly type: 'HOST_RESOURCE' | 'SUBNET_RESOURCE' | 'DOMAIN_RESOURCE' | 'ROUTE';
  readonly city: string;
  readonly country: string;
  readonly router: TrafficPeer;
}

export type TrafficEnd = TrafficPeer | TrafficResource;

/** Connections of one protocol from one end to one port of another, within one window or from one to a later one. */
export interface Flow {
  readonly source: TrafficEnd;
  readonly destination: TrafficEnd;
  /** IANA number. */
  readonly protocol: number;
  /** 0: none, as with ICMP. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly icmpType?: number;
  /** Of IPv6 overlay addresses, where both ends are peers. */
  readonly v6?: boolean;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds. */
  readonly endedAt: number;
  /** Bytes from source to destination, over the flow's life. */
  readonly sent: number;
  /** Bytes from destination to source. */
  readonly received: number;
  /** Connections that it stands for. */
  readonly connections: number;
  /** All of them were refused by the receiving side. */
  readonly dropped?: true;
  readonly policy: { readonly id: string; readonly name: string };
}

export function isPeer(end: TrafficEnd): end is TrafficPeer {
  return 'ipv6' in end;
}

/** Who sees what enters and leaves at this end: the peer itself, or the routing peer before it. */
export function observerOf(end: TrafficEnd): TrafficPeer {
  return isPeer(end) ? end : end.router;
}
