import * as fc from 'fast-check';
import type { StoredTrafficEvent } from '../../../lib/model/event.ts';
import { fromItem } from '../../../lib/store/dynamodb/attribute.ts';
import { trafficFromItem, trafficToItem } from '../../../lib/store/dynamodb/traffic-item.ts';
import { storedRow, trafficRow } from '../../contracts/traffic-rows.ts';
import { generateTraffic } from '../../support/generate-traffic.ts';
import { itemBytes, unitsOfFirstPut } from '../../support/item-size.ts';

const HOUR = '2026-11-23T15';

/** Long names everywhere, a user, a policy, both places, sub-events: more than most rows have. */
function fullRow(addresses: readonly [string, string]): StoredTrafficEvent {
  const { source, destination } = trafficRow();
  return storedRow({
    expiresAt: 1_827_000_123,
    source: {
      ...source,
      address: addresses[0],
      dns_label: 'laptop-ada.netbird.cloud',
      name: 'laptop-ada',
      os: 'Windows 11',
      geo_location: { city_name: 'Berlin', country_code: 'DE' },
    },
    destination: {
      ...destination,
      address: addresses[1],
      geo_location: { city_name: 'Frankfurt', country_code: 'DE' },
    },
    policy: { id: 'd2pfaput2qfc4de7gvh1', name: 'Office to servers' },
    user: { id: 'd3hedpkaok8lj98dr1vr', email: 'ada.lovelace@example.com', name: 'Ada Lovelace' },
    rx_bytes: 77_183_313,
    tx_bytes: 1_175_221_591,
    rx_packets: 54_123,
    tx_packets: 812_345,
    num_of_drops: 3,
    events: [
      { type: 'TYPE_START', timestamp: '2026-11-23T15:00:06.401Z' },
      { type: 'TYPE_END', timestamp: '2026-11-23T15:04:59.017Z' },
    ],
  });
}

const IPV4 = ['100.79.192.202:51820', '100.65.141.43:5432'] as const;
const IPV6 = ['[fd00:4e42:79:1a2b::141:43]:51820', '[2001:db8:85a3:8d3:1319:8a2e:370:7348]:443'] as const;

describe('a traffic row in DynamoDB', () => {
  const day = { from: Date.parse('2026-11-20T00:00:00Z'), until: Date.parse('2026-11-20T06:00:00Z') };
  const rows = [...generateTraffic(day)].map(
    ({ row }): StoredTrafficEvent => ({ ...row, tenant: 'default', collectedAt: '2026-11-20T07:00:00.000Z' }),
  );

  it.each([
    ['a row of a laptop', storedRow()],
    ['a full row', fullRow(IPV4)],
    ['a full row with IPv6 addresses', fullRow(IPV6)],
  ])('costs one write unit, and one for its index: %s', (_, row) => {
    const item = trafficToItem(row, HOUR);
    expect(itemBytes(item)).toBeLessThanOrEqual(1024);
    expect(unitsOfFirstPut(item)).toBe(2);
  });

  it('stays within a unit where its JSON has 1,170 bytes, the ordinary size of a row', () => {
    const { tenant: _t, collectedAt: _c, expiresAt: _e, ...served } = fullRow(IPV4);
    const missing = 1170 - Buffer.byteLength(JSON.stringify(served));
    const row = fullRow(IPV4);
    const padded = { ...row, policy: { id: row.policy?.id ?? '', name: `${row.policy?.name}${'x'.repeat(missing)}` } };
    expect(missing).toBeGreaterThan(0);
    expect(itemBytes(trafficToItem(padded, HOUR))).toBeLessThanOrEqual(1024);
  });

  it('costs two units at first sight in a simulated network, whatever the row', () => {
    expect(rows.length).toBeGreaterThan(1000);
    expect(new Set(rows.map((row) => unitsOfFirstPut(trafficToItem(row, HOUR))))).toEqual(new Set([2]));
  });

  it('comes back as it was served in a simulated network, old clients included', () => {
    for (const row of rows) expect(trafficFromItem(trafficToItem(row, HOUR))).toEqual(row);
    expect(rows.some(({ window_start }) => window_start === undefined)).toBe(true);
  });

  it('tells what was not served from what was empty', () => {
    const { user: _u, num_of_drops: _n, events: _v, window_end: _w, ...older } = storedRow();
    const row = { ...older, source: { id: 'p', name: '', address: ':0' } } as StoredTrafficEvent;
    const item = trafficToItem(row, HOUR);
    expect(trafficFromItem(item)).toEqual(row);
    expect(item['notServed']?.S?.split(' ').sort()).toEqual(
      ['events', 'num_of_drops', 'source.dns_label', 'source.geo_location', 'source.os', 'user', 'window_end'].sort(),
    );
  });

  it('keeps fields that have the names of its own attributes, and what no attribute can say', () => {
    const row = storedRow({ pk: 1, sk: '', byActor: 'x', notServed: ['y'], '': 0, '~json': {}, deep: { '': null } });
    const item = trafficToItem(row, HOUR);
    expect(trafficFromItem(item)).toEqual(row);
    expect(item).not.toHaveProperty('byActor');
  });

  it('is in no index where nobody reported it', () => {
    const item = trafficToItem(storedRow({ reporter_id: '' }), HOUR);
    expect(item).not.toHaveProperty('reporter_id');
    expect(trafficFromItem(item).reporter_id).toBe('');
  });

  it('comes back exactly, whatever is empty, odd or missing in it', () => {
    const odd = fc.constantFrom('', 0, null, [], {}, 'x', 1.5, undefined);
    const field = fc.constantFrom('user', 'icmp', 'events', 'rx_packets', 'num_of_ends', 'window_end', 'later');
    return fc.assert(
      fc.property(
        fc.dictionary(field, odd),
        fc.dictionary(fc.constantFrom('os', 'geo_location', 'x'), odd),
        (more, end) => {
          const row = { ...storedRow(), ...more, destination: { ...trafficRow().destination, ...end } };
          const kept = JSON.parse(JSON.stringify(row)) as StoredTrafficEvent;
          if (!Array.isArray(row.events) && row.events !== undefined) return;
          expect(trafficFromItem(trafficToItem(kept, HOUR))).toEqual(kept);
        },
      ),
    );
  });

  it('says its sub-events in a line, and its window’s start in its sort key', () => {
    const fields = fromItem(trafficToItem(fullRow(IPV4), HOUR));
    expect(fields['events']).toBe('TYPE_START 2026-11-23T15:00:06.401Z, TYPE_END 2026-11-23T15:04:59.017Z');
    expect(fields).not.toHaveProperty('window_start');
    const odd = storedRow({ window_start: '2026-11-23T15:00:00.500Z' });
    expect(trafficFromItem(trafficToItem(odd, HOUR))).toEqual(odd);
  });
});
