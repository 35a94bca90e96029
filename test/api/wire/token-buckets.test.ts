import { TokenBuckets } from '../../../lib/api/wire/token-buckets.ts';

describe('token buckets', () => {
  it('give a burst, then one for each part of a minute, and never more than a burst', () => {
    const buckets = new TokenBuckets({ perMinute: 6, burst: 2 });
    const take = (seconds: number) => buckets.take('a', seconds * 1000);
    expect([take(0), take(0), take(0), take(9), take(10), take(11), take(20)]).toEqual([
      ...[true, true, false, false],
      ...[true, false, true],
    ]);
    expect([take(10_000), take(10_000), take(10_000)]).toEqual([true, true, false]);
  });

  it('are filled by no clock that goes back', () => {
    const buckets = new TokenBuckets({ perMinute: 60, burst: 1 });
    expect([buckets.take('a', 60_000), buckets.take('a', 0), buckets.take('a', 500)]).toEqual([true, false, false]);
  });

  it('are each name’s own, and can be looked at without taking', () => {
    const buckets = new TokenBuckets({ perMinute: 1, burst: 1 });
    expect(buckets.isEmpty('a', 0)).toBe(false);
    expect([buckets.take('a', 0), buckets.take('b', 0)]).toEqual([true, true]);
    expect([buckets.isEmpty('a', 0), buckets.isEmpty('c', 0)]).toEqual([true, false]);
  });

  it('forget who has been quiet longest, so that names without end fill no memory', () => {
    const buckets = new TokenBuckets({ perMinute: 1, burst: 1 });
    buckets.take('busy', 0);
    for (let n = 0; n < 9_999; n++) buckets.take(`name ${n}`, 0);
    buckets.take('busy', 0);
    for (let n = 0; n < 5_000; n++) buckets.take(`other ${n}`, 0);
    expect([buckets.isEmpty('busy', 0), buckets.isEmpty('name 9000', 0), buckets.isEmpty('name 0', 0)]).toEqual([
      ...[true, true, false],
    ]);
  });
});
