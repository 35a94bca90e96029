import fc from 'fast-check';
import type { TrafficEvent } from '../../lib/model/traffic.ts';
import { furtherRow } from '../../lib/model/traffic-growth.ts';
import { SeenRows } from '../../lib/pipeline/seen-rows.ts';
import { trafficRow } from '../cli/stored.ts';

const START = Date.parse('2026-11-23T10:00:00Z') * 1000;
const copies = fc.array(
  fc.record({
    flow: fc.nat(6),
    minute: fc.nat(2),
    rx_bytes: fc.nat(3),
    tx_bytes: fc.nat(3),
    events: fc.nat(2),
    destination: fc.constantFrom('100.64.0.2:443', '100.64.0.2:22'),
  }),
  { maxLength: 60 },
);

function furthest(before: TrafficEvent | undefined, row: TrafficEvent): TrafficEvent | undefined {
  return before ? furtherRow(before, row) : row;
}

it('knows rows and how far they had grown as if it had kept them', () => {
  fc.assert(
    fc.property(copies, (all) => {
      const seen = new SeenRows();
      const kept = new Map<string, TrafficEvent>();
      for (const { flow, minute, events, destination, ...counters } of all) {
        const row = trafficRow({
          ...counters,
          flow_id: `flow-${flow}`,
          // The port of the earliest member is no part of what a row is.
          source: { ...trafficRow().source, address: `100.64.0.1:${5000 + flow}` },
          destination: { ...trafficRow().destination, address: destination },
          events: Array.from({ length: events }, () => ({ type: 'TYPE_START', timestamp: '2026-11-23T10:00:00Z' })),
        });
        const identity = JSON.stringify([flow, minute, destination]);
        const before = kept.get(identity);
        const expected = furthest(before, row);
        if (expected) kept.set(identity, expected);
        const got = seen.take(row, START + minute * 60_000_000);
        // Sub-events that a later copy lacks are counted, and not kept.
        expect(got?.row).toEqual(expected && { ...expected, events: row.events });
        const grown = got && before;
        if (grown) expect(got.before).toMatchObject({ rx_bytes: before.rx_bytes, tx_bytes: before.tx_bytes });
      }
    }),
  );
});

it('knows many thousand rows apart', () => {
  const seen = new SeenRows();
  const take = (n: number) => seen.take(trafficRow({ flow_id: `flow-${n}` }), START + n * 1000);
  for (let n = 0; n < 40_000; n++) if (!take(n)) throw new Error(`row ${n} was taken for another`);
  for (let n = 0; n < 40_000; n += 7) expect(take(n)).toBeUndefined();
});

it('forgets what is days old', () => {
  const seen = new SeenRows();
  const at = (days: number, flow: string) => seen.take(trafficRow({ flow_id: flow }), START + days * 86_400_000_000);
  at(0, 'a');
  at(1, 'b');
  expect(at(1, 'b')).toBeUndefined();
  at(9, 'c');
  expect(at(1, 'b')?.before).toBeUndefined();
});
