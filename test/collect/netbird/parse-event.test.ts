import fc from 'fast-check';
import { parseAuditEvent } from '../../../lib/collect/netbird/parse-event.ts';
import { auditEventSchema } from '../../../lib/model/event.ts';
import { parseTimestamp } from '../../../lib/model/timestamp.ts';

const plain = {
  id: '7',
  timestamp: '2026-11-23T15:51:34.035Z',
  activity: 'Route deleted',
  activity_code: 'route.delete',
  initiator_id: 'u1',
  initiator_name: 'Tom',
  initiator_email: 'tom@harbor.example',
  target_id: 'r1',
  meta: { name: 'site-01' },
};

const reasonOf = (value: unknown) => {
  const parsed = parseAuditEvent(JSON.stringify(value));
  return parsed.event === undefined ? parsed.reason : undefined;
};

describe('parseAuditEvent', () => {
  it('keeps unknown fields and takes ids as numbers', () => {
    expect(parseAuditEvent(JSON.stringify({ ...plain, id: 10, extra: { deep: [1] } })).event).toEqual({
      ...plain,
      id: '10',
      extra: { deep: [1] },
    });
  });

  it.each([
    [{ ...plain, timestamp: '2026-02-30T00:00:00Z' }, /^timestamp: .*RFC 3339/],
    [{ ...plain, id: 'x' }, /^id: /],
    [{ ...plain, activity_code: '' }, /^activity_code: /],
    [{ ...plain, initiator_name: undefined }, /^initiator_name: /],
    [{ ...plain, meta: { deep: { er: 1 } } }, /^meta\.deep: /],
    [42, /^event: /],
    // More than an item or a key of the store can hold.
    [{ ...plain, meta: { name: 'é'.repeat(200_000) } }, /^event: has 4\d{5} bytes, more than 262144$/],
    [{ ...plain, id: '9'.repeat(901) }, /^id: has more than 900 bytes$/],
    [{ ...plain, target_id: 'é'.repeat(451) }, /^target_id: has more than 900 bytes$/],
    [{ ...plain, meta: { ['x'.repeat(5000)]: [] } }, /^meta\.x{294}…$/],
  ])('names the field of row %#', (value, reason) => {
    expect(reasonOf(value)).toMatch(reason);
  });

  it('takes what is large and can still be stored', () => {
    const large = { ...plain, initiator_id: 'é'.repeat(450), meta: { name: 'x'.repeat(250_000) } };
    expect(reasonOf(large)).toBeUndefined();
  });

  it('says so when an element is no JSON', () => {
    expect(parseAuditEvent('{broken')).toEqual({ event: undefined, reason: 'event: is not JSON' });
  });

  it('decides as the schema does, whatever is served', () => {
    const odd = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.dictionary(fc.string(), fc.jsonValue()));
    const field = fc.constantFrom(...Object.keys(plain), 'extra');
    fc.assert(
      fc.property(field, odd, (name, value) => {
        const text = JSON.stringify({ ...plain, [name]: value });
        const byHand = parseAuditEvent(text);
        const bySchema = auditEventSchema.safeParse(JSON.parse(text));
        expect(byHand.event).toEqual(bySchema.success ? bySchema.data : undefined);
        if (byHand.event) expect(byHand.at).toBe(parseTimestamp(byHand.event.timestamp)?.micros);
      }),
    );
  });
});
