import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditEventSchema, auditIdentity } from '../../lib/model/event.ts';
import { trafficEventSchema } from '../../lib/model/traffic.ts';

const event = {
  id: '7',
  timestamp: '2026-11-23T15:51:34.035Z',
  activity: 'Route deleted',
  activity_code: 'route.delete',
  initiator_id: 'u1',
  initiator_name: 'Maria López',
  initiator_email: 'maria.lopez@acme.example',
  target_id: 'r1',
  meta: { name: 'frankfurt-lan', network_range: '10.20.0.0/16' },
};

describe('an audit event', () => {
  it('is taken as the API served it, unknown fields and codes too', () => {
    const served = { ...event, activity_code: 'peer.teleport', new_field: { deep: [1] } };
    expect(auditEventSchema.parse(served)).toEqual(served);
  });

  it('has a decimal id as text, also where it was a number', () => {
    expect(auditEventSchema.parse({ ...event, id: 7 }).id).toBe('7');
    expect(auditEventSchema.parse({ ...event, id: '90071992547409931234' }).id).toBe('90071992547409931234');
  });

  it.each([
    ['id', 'x7'],
    ['id', -1],
    ['id', 1.5],
    ['timestamp', '2026-02-30T00:00:00Z'],
    ['timestamp', 1_700_000_000],
    ['activity_code', ''],
    ['meta', { list: ['a'] }],
    ['meta', null],
    ['initiator_name', undefined],
  ])('is refused with %s = %j, and says which field it was', (field, value) => {
    const { error } = auditEventSchema.safeParse({ ...event, [field]: value });
    expect(error?.issues[0]?.path[0]).toBe(field);
  });

  it('is refused in words that tell what is wrong', () => {
    const { error } = auditEventSchema.safeParse({ ...event, initiator_name: 7, timestamp: 'soon' });
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'is not an RFC 3339 time such as 2026-11-23T15:51:34.035Z',
      'Invalid input: expected string, received number',
    ]);
  });

  it('is every event that a real server has served', () => {
    const file = join(import.meta.dirname, '../fixtures/recordings/ordinary-company.ndjson');
    const bodies = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(JSON.parse(line).body));
    const events = bodies.flat();
    expect(events.length).toBeGreaterThan(144);
    for (const one of events) expect(auditEventSchema.parse(one)).toEqual(one);
  });
});

describe('the identity of an audit event', () => {
  it('is time to the microsecond and id', () => {
    expect(auditIdentity(event)).toBe('2026-11-23T15:51:34.035000Z#7');
  });

  it('is the same after a move that cuts nanoseconds', () => {
    const moved = { ...event, timestamp: '2026-11-23T15:51:34.257284Z' };
    expect(auditIdentity({ ...event, timestamp: '2026-11-23T15:51:34.257284123Z' })).toBe(auditIdentity(moved));
  });

  it('throws on what no schema has accepted', () => {
    expect(() => auditIdentity({ id: '1', timestamp: 'soon' })).toThrow(RangeError);
  });
});

it('takes a traffic event with or without its window', () => {
  const end = { id: 'p1', name: 'db', address: '100.80.0.1:5432' };
  const row = {
    flow_id: 'f',
    reporter_id: 'p1',
    source: end,
    destination: end,
    protocol: 6,
    direction: 'INGRESS',
    rx_bytes: 1,
    tx_bytes: 2,
  };
  expect(trafficEventSchema.parse(row)).toEqual(row);
  expect(trafficEventSchema.safeParse({ ...row, window_start: 'later' }).success).toBe(false);
});
