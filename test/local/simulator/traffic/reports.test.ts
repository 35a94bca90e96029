import { trafficEventSchema, trafficIdentity, withDerivedFields } from '../../../../lib/model/traffic.ts';
import { NOON, peer, reports, resource, rows, WINDOW_MS } from './ends.ts';

describe('what is reported of a flow', () => {
  it('comes from both ends, each with bytes from its own point of view and a flow id of its own', () => {
    const [near, far] = rows();
    expect(near).toMatchObject({ reporter_id: 'peer-1', direction: 'EGRESS', tx_bytes: 1000, rx_bytes: 9000 });
    expect(far).toMatchObject({ reporter_id: 'peer-2', direction: 'INGRESS', tx_bytes: 9000, rx_bytes: 1000 });
    expect([near?.source, near?.destination]).toEqual([far?.source, far?.destination]);
    expect(near?.flow_id).not.toBe(far?.flow_id);
    expect(rows().map((row) => withDerivedFields(row).is_reporter_source)).toEqual([true, false]);
  });

  it('is what the API’s rows are, whoever reports', () => {
    const router = peer(9, { filter: 'kernel', counts: false });
    const all = [
      ...rows(),
      ...rows({ destination: resource('printers', router) }),
      ...rows({ source: peer(3, { legacy: true }), dropped: true }),
    ];
    for (const row of all) expect(() => trafficEventSchema.parse(row)).not.toThrow();
    expect(all).toHaveLength(7);
  });

  it('comes from the routing peer where one end runs no NetBird, and from two of them between sites', () => {
    const [near, far, ...more] = rows({ destination: resource('printers', peer(9)) });
    expect([near?.reporter_id, near?.direction, far?.reporter_id, far?.direction]).toEqual([
      'peer-1',
      'EGRESS',
      'peer-9',
      'INGRESS',
    ]);
    expect(more).toEqual([]);
    const sites = rows({ source: resource('till', peer(8)), destination: resource('erp', peer(9)) });
    expect(sites.map(({ reporter_id, direction }) => [reporter_id, direction])).toEqual([
      ['peer-8', 'EGRESS'],
      ['peer-9', 'INGRESS'],
    ]);
  });

  it('comes once from a peer that sees both ends', () => {
    const router = peer(9);
    expect(rows({ source: resource('till', router), destination: resource('erp', router) })).toHaveLength(1);
  });

  it('comes from one side where the other is in no group that reports', () => {
    expect(rows({ source: peer(1, { reports: false }) }).map(({ direction }) => direction)).toEqual(['INGRESS']);
    expect(rows({ destination: peer(2, { reports: false }) }).map(({ direction }) => direction)).toEqual(['EGRESS']);
  });

  it('names a domain only where it was asked for', () => {
    const domain = resource('intranet', peer(9), { type: 'DOMAIN_RESOURCE', ip: '10.1.0.80' });
    const [near, far] = rows({ destination: domain });
    expect(near?.destination).toMatchObject({ type: 'DOMAIN_RESOURCE', name: 'intranet', address: '10.1.0.80:443' });
    expect(far?.destination).toMatchObject({ type: 'UNKNOWN', name: '', id: '', address: '10.1.0.80:443' });
  });

  it('has no bytes and packets from a kernel peer whose counters are off, but starts and ends', () => {
    const [near, far] = rows({ destination: peer(2, { filter: 'kernel', counts: false }) });
    expect(near).toMatchObject({ rx_bytes: 9000, rx_packets: 8 });
    expect(far).toMatchObject({
      rx_bytes: 0,
      tx_bytes: 0,
      rx_packets: 0,
      tx_packets: 0,
      num_of_starts: 1,
      num_of_ends: 1,
    });
    expect([near, far].map((row) => row && withDerivedFields(row).has_counters)).toEqual([true, false]);
  });

  it('names the policy on the receiving side of a userspace filter only', () => {
    expect(rows().map(({ policy }) => policy?.id)).toEqual(['', 'policy-1']);
    expect(rows({ destination: peer(2, { filter: 'kernel' }) }).map(({ policy }) => policy?.id)).toEqual(['', '']);
  });

  it('tells of drops on the receiving side of a userspace filter only; the other side looks like an attempt', () => {
    const [near, far] = rows({ dropped: true, connections: 3 });
    expect(near).toMatchObject({ num_of_starts: 3, num_of_ends: 3, num_of_drops: 0, rx_bytes: 0 });
    expect(far).toMatchObject({
      num_of_starts: 0,
      num_of_ends: 0,
      num_of_drops: 3,
      rx_packets: 3,
      direction: 'INGRESS',
    });
    expect(far?.policy?.id).toBe('policy-1');
    expect(rows({ dropped: true, destination: peer(2, { filter: 'kernel' }) })).toHaveLength(1);
  });

  it('has the bytes of a long flow in the window in which it ends, under the same flow id', () => {
    const endedAt = NOON + 72 * 3_600_000;
    const [opened, closed] = reports({ endedAt, destination: peer(2, { reports: false }) });
    expect(opened?.row).toMatchObject({ num_of_starts: 1, num_of_ends: 0, tx_bytes: 0, rx_bytes: 0 });
    expect(closed?.row).toMatchObject({ num_of_starts: 0, num_of_ends: 1, tx_bytes: 1000, rx_bytes: 9000 });
    expect([opened?.row.window_start, closed?.row.window_end]).toEqual([
      '2026-11-23T12:00:00Z',
      '2026-11-26T12:05:00Z',
    ]);
    expect(opened?.row.flow_id).toBe(closed?.row.flow_id);
    expect([opened?.knownAt, closed?.knownAt]).toEqual([NOON + WINDOW_MS, endedAt + WINDOW_MS]);
  });

  it('grows in place where the client is older than 0.75: no window, no counters, sub-events from START to END', () => {
    const [opened, whole] = reports({ source: peer(1, { legacy: true }), destination: peer(2, { reports: false }) });
    expect(opened?.row.events?.map(({ type }) => type)).toEqual(['TYPE_START']);
    expect(whole?.row.events?.map(({ type }) => type)).toEqual(['TYPE_START', 'TYPE_END']);
    expect([opened?.row.tx_bytes, whole?.row.tx_bytes, whole?.grown]).toEqual([0, 1000, true]);
    for (const key of ['window_start', 'window_end', 'num_of_starts', 'num_of_ends', 'num_of_drops']) {
      expect(whole?.row).not.toHaveProperty(key);
    }
    if (opened && whole) expect(trafficIdentity(whole.row)).toBe(trafficIdentity(opened.row));
  });

  it('writes IPv6 in brackets, port 0 where there is none, and leaves out sub-events of many connections', () => {
    const [ping] = rows({ v6: true, protocol: 58, sourcePort: 0, destinationPort: 0, icmpType: 128, connections: 4 });
    expect(ping).toMatchObject({ protocol: 58, icmp: { type: 128, code: 0 }, events: [] });
    expect([ping?.source.address, ping?.destination.address]).toEqual(['[fd3c::1]:0', '[fd3c::2]:0']);
    const [row] = rows({ destination: resource('lab', peer(9), { ip: '2001:db8::5' }) });
    expect(row?.destination.address).toBe('[2001:db8::5]:443');
  });

  it('names the user of the machine that began it, on both sides', () => {
    expect(rows().map(({ user }) => user?.id)).toEqual(['user-1', 'user-1']);
    const { user: _user, ...server } = peer(1);
    expect(rows({ source: server }).map(({ user }) => user)).toEqual(
      [1, 2].map(() => ({ id: '', email: '', name: '' })),
    );
  });
});
