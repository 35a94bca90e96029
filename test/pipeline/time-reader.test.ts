import fc from 'fast-check';
import { parseTimestamp } from '../../lib/model/timestamp.ts';
import { TimeReader } from '../../lib/pipeline/time-reader.ts';

it('reads what the careful reader reads, and nothing else', () => {
  const reader = new TimeReader();
  const times = fc
    .record({
      at: fc.date({ min: new Date('1969-01-01'), max: new Date('2260-01-01'), noInvalidDate: true }),
      fraction: fc.stringMatching(/^(\.[0-9]{0,10})?$/),
    })
    .map(({ at, fraction }) => `${at.toISOString().slice(0, 19)}${fraction}Z`);
  const strange = fc.constantFrom(
    '2026-02-30T10:00:00Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T10:60:00Z',
    '2026-11-23T10:00:0xZ',
    '2026-11-23T10:00:00.12x456Z',
    '2026-11-23T10:00:00.1234567x9Z',
    '2026-11-23T10:00:00.Z',
    '2026-11-23 10:00:00Z',
    '2026-11-23T10:00:00+02:00',
    '2026-11-23t10:00:00z',
    '',
    'yesterday, at a quarter past Z',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(times, strange), { maxLength: 20 }), (texts) => {
      for (const text of texts) expect([text, reader.micros(text)]).toEqual([text, parseTimestamp(text)?.micros]);
    }),
  );
});
