import fc from 'fast-check';
import { compareDecimal, compareOrder, isAuditEvent } from '../../lib/model/change.ts';

describe('comparing decimal numbers of any length', () => {
  it('agrees with BigInt', () => {
    const digits = fc.stringMatching(/^0{0,3}\d{1,40}$/);
    fc.assert(
      fc.property(digits, digits, (a, b) => {
        const [x, y] = [BigInt(a), BigInt(b)];
        expect(Math.sign(compareDecimal(a, b))).toBe(Number(x > y) - Number(x < y));
      }),
    );
  });

  it('takes 9 before 10', () => {
    expect(['10', '9', '100'].sort(compareDecimal)).toEqual(['9', '10', '100']);
  });
});

describe('the order in which rules see events', () => {
  const order = (nanos: number, id: string) => ({
    nanosText: `2026-11-23T15:51:34.${String(nanos).padStart(9, '0')}Z`,
    id,
  });

  it('is time, then numeric id', () => {
    const sorted = [order(1, '9'), order(1, '10'), order(2, '1')];
    expect([...sorted].reverse().sort(compareOrder)).toEqual(sorted);
  });

  it('is total: the same from any arrangement', () => {
    const some = fc.uniqueArray(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 20 })), { selector: String, minLength: 2 });
    fc.assert(
      fc.property(some, fc.infiniteStream(fc.nat()), (pairs, keys) => {
        const events = pairs.map(([nanos, id]) => order(nanos, String(id)));
        const shuffled = events
          .map((event) => ({ event, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        expect(shuffled.sort(compareOrder)).toEqual([...events].sort(compareOrder));
      }),
    );
  });
});

it('tells audit events by their activity code', () => {
  const names = { initiator_id: '', initiator_name: '', initiator_email: '', target_id: '' };
  const audit = {
    id: '1',
    timestamp: '2026-11-23T15:51:34Z',
    activity: 'x',
    activity_code: 'peer.add',
    ...names,
    meta: {},
  };
  expect(isAuditEvent(audit)).toBe(true);
});
