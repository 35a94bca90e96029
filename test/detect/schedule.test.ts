import { isWithin } from '../../lib/detect/schedule.ts';

const at = (text: string): number => Date.parse(text) * 1000;
const NIGHT = { zone: 'Europe/Berlin', windows: [{ days: [5], from: 22 * 60, to: 6 * 60 }] };

it.each([
  ['Friday 21:59 in Berlin', '2026-11-20T20:59:00Z', false],
  ['Friday 22:00 in Berlin', '2026-11-20T21:00:00Z', true],
  ['Saturday 05:59, which began on Friday', '2026-11-21T04:59:00Z', true],
  ['Saturday 06:00', '2026-11-21T05:00:00Z', false],
  ['Friday 05:00, which would have begun on Thursday', '2026-11-20T04:00:00Z', false],
  ['Friday 22:00 in summer time', '2026-07-03T20:00:00Z', true],
])('a window that crosses midnight holds %s: %s → %s', (_, time, within) => {
  expect(isWithin(NIGHT, at(time))).toBe(within);
});

it('ends a window of one day before its last minute', () => {
  const office = { zone: 'UTC', windows: [{ days: [1], from: 480, to: 1080 }] };
  expect(isWithin(office, at('2026-11-23T08:00:00Z'))).toBe(true);
  expect(isWithin(office, at('2026-11-23T18:00:00Z'))).toBe(false);
});
