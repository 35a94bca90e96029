import * as fc from 'fast-check';
import { parseTrafficRows } from '../../../lib/collect/netbird/parse-row.ts';
import { trafficEventSchema, trafficTime } from '../../../lib/model/traffic.ts';
import { trafficRow } from '../../contracts/traffic-rows.ts';

const parse = (...values: unknown[]) => parseTrafficRows(values.map((value) => JSON.stringify(value)));

describe('a row as it is served', () => {
  it('is taken as it is, with fields that nobody knows yet', () => {
    const row = trafficRow({ later: { x: [1] }, rx_packets: undefined });
    expect(parse(row)).toEqual([{ row: JSON.parse(JSON.stringify(row)), raw: JSON.stringify(row) }]);
  });

  it('is taken without a port, with IPv6, ICMP and other protocols', () => {
    const { source } = trafficRow();
    for (const address of ['[2001:db8::1]:443', '2001:db8::1', ':0', '10.0.0.1', '']) {
      expect(parse(trafficRow({ source: { ...source, address }, protocol: 132 }))[0]?.row?.source.address).toBe(
        address,
      );
    }
  });

  it('is judged as the schema does, whatever is bent in it', () => {
    const odd = fc.constantFrom(
      undefined,
      null,
      '',
      0,
      -1,
      'x',
      [],
      {},
      [{}],
      '2026-11-23T15:00:00Z',
      '2026-02-30T00:00:00Z',
    );
    const fields = fc.dictionary(fc.constantFrom(...Object.keys(trafficRow())), odd, { maxKeys: 2 });
    const ends = fc.dictionary(fc.constantFrom('os', 'id', 'geo_location', 'type', 'dns_label'), odd, { maxKeys: 1 });
    return fc.assert(
      fc.property(fields, ends, (bent, end) => {
        const served = JSON.parse(JSON.stringify({ ...trafficRow(), ...bent }));
        if (typeof served.source === 'object' && served.source !== null)
          Object.assign(served.source, JSON.parse(JSON.stringify(end)));
        const judged = trafficEventSchema.safeParse(served);
        const wanted = judged.success && trafficTime(judged.data) !== undefined;
        expect(parse(served)[0]?.row !== undefined).toBe(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['no JSON', '{"a":', 'row: is not JSON'],
    ['something else', '7', 'row: Invalid input'],
    ['a number as text', JSON.stringify(trafficRow({ rx_bytes: '7' as never })), 'rx_bytes: '],
    ['too large', JSON.stringify(trafficRow({ note: 'x'.repeat(300_000) })), 'row: has more than 262144 bytes'],
    [
      'a huge key',
      JSON.stringify(trafficRow({ reporter_id: 'x'.repeat(1000) })),
      'reporter_id: has more than 900 bytes',
    ],
    ['two in one', `${JSON.stringify(trafficRow())},${JSON.stringify(trafficRow())}`, 'row: is not JSON'],
  ])('is refused where it is %s, and the others are not', (_, raw, reason) => {
    const good = JSON.stringify(trafficRow());
    const [first, bad, last] = parseTrafficRows([good, raw, good]);
    expect([first?.row, last?.row]).toEqual([trafficRow(), trafficRow()]);
    expect(bad?.row === undefined && bad?.reason).toContain(reason);
  });
});
