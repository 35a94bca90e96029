import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../lib/model/duration.ts';

it.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['1h', 3_600_000],
  ['30d', 2_592_000_000],
  ['2w', 1_209_600_000],
  ['1M', 2_629_746_000],
  ['1y', 31_556_952_000],
  ['0s', 0],
  [' 5m ', 300_000],
])('%j is %d milliseconds', (text, millis) => {
  expect(parseDuration(text)).toBe(millis);
});

it.each(['', '5', 'm', '1.5h', '-1h', '1 h', '1H', '1h30m', '5ms', '1D'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

it('is written the shortest exact way', () => {
  expect([3_600_000, 90_000, 86_400_000, 1_209_600_000, 0].map(formatDuration)).toEqual([
    '1h',
    '90s',
    '1d',
    '14d',
    '0s',
  ]);
});

it('says the same after it is written and read', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 100_000_000 }),
      (seconds) => parseDuration(formatDuration(seconds * 1000)) === seconds * 1000,
    ),
  );
});
