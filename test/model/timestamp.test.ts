import fc from 'fast-check';
import { dayOf, daysBetween, microsText, parseTimestamp, startOfDay } from '../../lib/model/timestamp.ts';

const BASE = Date.parse('2026-11-23T15:51:34Z') * 1000;

describe('reading a timestamp', () => {
  it.each([
    ['2026-11-23T15:51:34Z', BASE, '2026-11-23T15:51:34.000000000Z'],
    ['2026-11-23T15:51:34.1Z', BASE + 100_000, '2026-11-23T15:51:34.100000000Z'],
    ['2026-11-23T15:51:34.035Z', BASE + 35_000, '2026-11-23T15:51:34.035000000Z'],
    ['2026-11-23T15:51:34.999999999Z', BASE + 999_999, '2026-11-23T15:51:34.999999999Z'],
    ['2026-11-23T16:51:34.5+01:00', BASE + 500_000, '2026-11-23T15:51:34.500000000Z'],
    ['2026-11-23t15:51:34z', BASE, '2026-11-23T15:51:34.000000000Z'],
  ])('takes %s', (text, micros, nanosText) => {
    expect(parseTimestamp(text)).toEqual({ micros, nanosText });
  });

  it.each([
    '',
    '2026-11-23',
    '2026-11-23T15:51:34',
    '2026-11-23 15:51:34Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-23T25:00:00Z',
    '2026-11-23T15:51:34.Z',
    '1969-12-31T23:59:59Z',
    ' 2026-11-23T15:51:34Z',
    '2026-11-23T15:51:34Z\n',
    // Microseconds would be no safe integers any more.
    '2255-07-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it('orders as text as the instants do, with any number of fraction digits', () => {
    const fraction = fc.integer({ min: 0, max: 999_999_999 });
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        const [x, y] = [a, b].map((nanos) => {
          const digits = String(nanos).padStart(9, '0').replace(/0+$/, '');
          return parseTimestamp(`2026-11-23T15:51:57${digits && `.${digits}`}Z`);
        });
        expect(Math.sign(a - b)).toBe(
          Number((x?.nanosText ?? '') > (y?.nanosText ?? '')) - Number((x?.nanosText ?? '') < (y?.nanosText ?? '')),
        );
        expect(x?.micros).toBe(Date.parse('2026-11-23T15:51:57Z') * 1000 + Math.floor(a / 1000));
      }),
    );
  });
});

describe('writing a timestamp', () => {
  it('keeps every microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.parse('2254-01-01T00:00:00Z') * 1000 }), (micros) => {
        expect(microsText(micros)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        expect(parseTimestamp(microsText(micros))?.micros).toBe(micros);
      }),
    );
  });
});

describe('days', () => {
  const midnight = Date.parse('2026-11-24T00:00:00Z') * 1000;

  it('begin at midnight UTC', () => {
    expect(dayOf(midnight - 1)).toBe('2026-11-23');
    expect(dayOf(midnight)).toBe('2026-11-24');
    expect(startOfDay(midnight)).toBe(midnight);
    expect(startOfDay(midnight - 1)).toBe(midnight - 86_400_000_000);
  });

  it('between two times are all that they touch', () => {
    expect(daysBetween(midnight - 1, midnight)).toEqual(['2026-11-23', '2026-11-24']);
    expect(daysBetween(midnight, midnight)).toEqual(['2026-11-24']);
    expect(daysBetween(midnight + 1, midnight - 1)).toEqual([]);
    expect(daysBetween(midnight - 86_400_000_000, midnight)).toHaveLength(2);
  });
});
