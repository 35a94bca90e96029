import fc from 'fast-check';
import { type Conversation, conversations } from '../../../../lib/cli/events/stats/conversations.ts';
import type { TrafficEvent } from '../../../../lib/model/traffic.ts';
import { trafficEnd, trafficRow } from '../../stored.ts';

async function conversationsOf(rows: readonly TrafficEvent[], most?: number) {
  const crowded: number[] = [];
  const found: Conversation[] = [];
  const stream = (async function* () {
    yield* rows;
  })();
  for await (const one of conversations(stream, (hour) => crowded.push(hour), most)) found.push(one);
  return { found, crowded };
}

const egress = trafficRow();
const ingress = trafficRow({ reporter_id: 'peer-db', direction: 'INGRESS', rx_bytes: 1000, tx_bytes: 4000 });

describe('conversations', () => {
  it('count a flow once that both ends report', async () => {
    expect((await conversationsOf([egress, ingress])).found).toMatchObject([{ bytes: 5000, flows: 1 }]);
  });

  it('take the larger of the sums of either end', async () => {
    const more = { ...ingress, rx_bytes: 500, tx_bytes: 500, num_of_starts: 2 };
    expect((await conversationsOf([egress, ingress, more])).found).toMatchObject([{ bytes: 6000, flows: 3 }]);
  });

  it('are one per addresses, destination port, protocol and hour; the source port does not matter', async () => {
    const rows = [
      egress,
      { ...egress, source: { ...egress.source, address: '100.64.0.1:9' } },
      { ...egress, protocol: 17 },
      { ...egress, destination: { ...egress.destination, address: '100.64.0.2:22' } },
      { ...egress, source: { ...egress.source, address: '100.64.0.9:1' } },
      { ...egress, window_start: '2026-11-23T11:00:00Z' },
    ];
    const { found } = await conversationsOf(rows);
    expect(found.map(({ bytes }) => bytes)).toEqual([10_000, 5000, 5000, 5000, 5000]);
  });

  it('know an end and a user by what either end reports', async () => {
    const blind = { ...egress, destination: trafficEnd({ address: '100.64.0.2:5432', type: 'UNKNOWN' }) };
    const { found } = await conversationsOf([{ ...blind, user: { id: '', email: '', name: '' } }, ingress]);
    expect(found).toMatchObject([{ destination: { id: 'peer-db' }, user: { name: 'Anna' } }]);
  });

  it('count a row of a server that does not count flows as one', async () => {
    const { num_of_starts: _, ...old } = egress;
    expect((await conversationsOf([old, { ...old, flow_id: 'b' }])).found).toMatchObject([{ flows: 2 }]);
  });

  it('hold so many at once, and say in which hour there were more', async () => {
    const rows = [1, 2, 3].map((port) => ({
      ...egress,
      destination: { ...egress.destination, address: `10.0.0.1:${port}` },
    }));
    const { found, crowded } = await conversationsOf(rows, 2);
    expect(found).toHaveLength(3);
    expect(crowded).toEqual([Date.parse('2026-11-23T10:00:00Z') * 1000]);
    expect((await conversationsOf(rows)).crowded).toEqual([]);
  });

  it('come to the same in any order of the rows of an hour', async () => {
    const row = fc.record({
      direction: fc.constantFrom('INGRESS', 'EGRESS', 'DIRECTION_UNKNOWN'),
      rx_bytes: fc.nat(1000),
      destination: fc.nat(3).map((port) => ({ ...egress.destination, address: `100.64.0.2:${port}` })),
    });
    const summed = async (rows: readonly Partial<TrafficEvent>[]) => {
      const { found } = await conversationsOf(rows.map((fields) => ({ ...egress, ...fields })));
      return found.map(({ destination, bytes, flows }) => `${destination.address} ${bytes} ${flows}`).toSorted();
    };
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(row, { maxLength: 20 })
          .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        async ([rows, shuffled]) => expect(await summed(shuffled)).toEqual(await summed(rows)),
      ),
    );
  });
});
