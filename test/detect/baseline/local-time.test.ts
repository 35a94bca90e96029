import { localTimes } from '../../../lib/detect/baseline/index.ts';

const at = (text: string): number => Date.parse(text) * 1000;

describe('a wall clock', () => {
  test('skips an hour when daylight saving begins, and shows one twice when it ends', () => {
    const berlin = localTimes('Europe/Berlin');
    expect(berlin(at('2025-03-30T00:00:00Z')).minute).toBe(60);
    expect(berlin(at('2025-03-30T01:00:00Z')).minute).toBe(180);
    expect(berlin(at('2025-10-26T00:30:00Z')).minute).toBe(150);
    expect(berlin(at('2025-10-26T01:30:00Z')).minute).toBe(150);
  });

  test('knows the local date, and whether it is a weekend', () => {
    const auckland = localTimes('Pacific/Auckland');
    const friday = at('2025-06-06T13:00:00Z');
    expect(auckland(friday)).toEqual({ day: Date.UTC(2025, 5, 7) / 86_400_000, minute: 60, weekend: true });
    expect(localTimes('America/New_York')(at('2025-06-09T02:00:00Z')).weekend).toBe(true);
  });

  test('keeps zones that are off by quarters of an hour, to the minute', () => {
    expect(localTimes('Asia/Kathmandu')(at('2025-06-06T00:05:00Z')).minute).toBe(5 * 60 + 50);
  });

  test('says which zone there is not', () => {
    expect(() => localTimes('Mars/Olympus')).toThrow(RangeError);
  });
});
