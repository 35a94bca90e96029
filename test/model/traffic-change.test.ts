import * as fc from 'fast-check';
import { TRAFFIC_COUNTERS, type TrafficEvent, trafficRowKey } from '../../lib/model/traffic.ts';
import { trafficChange } from '../../lib/model/traffic-change.ts';
import { furtherRow, growthOf } from '../../lib/model/traffic-growth.ts';
import { bucketOfRow, bucketsOfHour, hoursBetween } from '../../lib/model/traffic-partition.ts';
import { trafficRow } from '../contracts/traffic-rows.ts';

const position = { stream: 's', partition: 'default#traffic#2026-11-23T15', sequence: '7' };
const of = (row: TrafficEvent, before?: TrafficEvent) =>
  trafficChange({ tenant: 'default', before, row, rowKey: 'ab12', position, isHistory: (at) => at < 0 });

describe('what rules see of a row', () => {
  it('is all of it where it is new, with the derived fields', () => {
    expect(of(trafficRow())).toMatchObject({
      source: 'traffic',
      at: Date.parse('2026-11-23T15:00:00Z') * 1000,
      order: { nanosText: '2026-11-23T15:00:00.000000000Z', id: 'ab12' },
      event: { total_bytes: 6000, total_packets: 30, dst_port: 443, src_ip: '100.64.0.7', is_reporter_source: true },
    });
    expect(of(trafficRow())).not.toHaveProperty('growth');
  });

  it('is what has come since where it has grown, also in the derived fields, and an event of its own', () => {
    const grown = trafficRow({ rx_bytes: 1500, num_of_ends: 2 });
    expect(of(grown, trafficRow())).toMatchObject({
      growth: true,
      order: { id: expect.stringMatching(/^ab12\+\d+$/) },
      event: { rx_bytes: 500, tx_bytes: 0, total_bytes: 500, num_of_starts: 0, num_of_ends: 1, dst_port: 443 },
    });
  });

  it('is nothing where no counter has grown', () => {
    expect(of(trafficRow({ events: [{ type: 'TYPE_END', timestamp: '2026-11-23T15:04:00Z' }] }), trafficRow())).toBe(
      undefined,
    );
  });

  it('happened when its window began, or at its latest sub-event where it has no window', () => {
    const { window_start: _s, window_end: _e, ...row } = trafficRow();
    const events = ['2026-11-23T15:00:01Z', '2026-11-23T18:00:00.25Z'].map((timestamp) => ({ type: 'X', timestamp }));
    expect(of({ ...row, events })?.order.nanosText).toBe('2026-11-23T18:00:00.250000000Z');
    expect(() => of({ ...row, events: [] })).toThrow(RangeError);
  });
});

describe('copies of a row', () => {
  const counters = fc.tuple(...TRAFFIC_COUNTERS.map(() => fc.option(fc.nat(3), { nil: undefined })));
  const copy = counters.map((values) => {
    const row: Record<string, unknown> = { ...trafficRow() };
    for (const [index, name] of TRAFFIC_COUNTERS.entries()) row[name] = values[index];
    return row as unknown as TrafficEvent;
  });
  const sum = (row: TrafficEvent | undefined) => TRAFFIC_COUNTERS.map((name) => row?.[name] ?? 0);

  it('come to the same counters and the same sum of differences in any order, however often each comes', () => {
    return fc.assert(
      fc.property(fc.array(copy, { minLength: 1 }), fc.infiniteStream(fc.nat()), (copies, picks) => {
        const wanted = TRAFFIC_COUNTERS.map((name) => Math.max(...copies.map((each) => each[name] ?? 0)));
        const [first = copies[0] as TrafficEvent, ...rest] = [...copies].sort(
          () => ((picks.next().value ?? 0) % 3) - 1,
        );
        let stored = first;
        let told = sum(first);
        for (const served of [...rest, ...copies]) {
          const next = furtherRow(stored, served);
          if (!next) continue;
          const difference = sum(growthOf(stored, next));
          expect(Math.min(...difference)).toBeGreaterThanOrEqual(0);
          told = told.map((value, index) => value + (difference[index] ?? 0));
          stored = next;
        }
        expect(sum(stored)).toEqual(wanted);
        expect(told).toEqual(wanted);
        for (const served of copies) expect(furtherRow(stored, served)).toBe(undefined);
      }),
    );
  });

  it('keep one key while they grow, and another flow, end or reporter has another', () => {
    const key = trafficRowKey(trafficRow());
    expect(key).toMatch(/^[0-9a-f]{20}$/);
    expect(trafficRowKey(trafficRow({ rx_bytes: 9e9, num_of_ends: 7, window_end: '2026-11-23T15:10:00Z' }))).toBe(key);
    const { destination } = trafficRow();
    for (const other of [
      { flow_id: 'b' },
      { reporter_id: 'b' },
      { direction: 'INGRESS' },
      { protocol: 17 },
      { destination: { ...destination, address: '100.64.0.9:80' } },
      { icmp: { type: 8, code: 0 } },
      { window_start: '2026-11-23T15:05:00Z' },
    ])
      expect(trafficRowKey(trafficRow(other))).not.toBe(key);
  });
});

describe('the parts of an hour', () => {
  const plan = [{ from: '2026-11-23T16', shards: 4 }];

  it('are one, or as many as the plan says from its hour on', () => {
    expect(bucketOfRow('2026-11-23T15:59:59.999999Z#ffffffffffffffffffff', plan)).toBe('2026-11-23T15');
    expect(bucketOfRow('2026-11-23T16:00:00.000000Z#00000006ffffffffffff', plan)).toBe('2026-11-23T16#2/4');
    expect(bucketsOfHour('2026-11-23T15', plan)).toEqual(['2026-11-23T15']);
    expect(bucketsOfHour('2026-11-23T16', plan)).toEqual([0, 1, 2, 3].map((n) => `2026-11-23T16#${n}/4`));
  });

  it('follow one another over midnight', () => {
    const [from, to] = ['2026-11-23T22:59:59.9Z', '2026-11-24T00:00:00Z'].map((text) => Date.parse(text) * 1000);
    expect(hoursBetween(from ?? 0, to ?? 0)).toEqual(['2026-11-23T22', '2026-11-23T23', '2026-11-24T00']);
  });
});
