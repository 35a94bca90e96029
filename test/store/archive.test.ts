import fc from 'fast-check';
import { fitsActivity, newestFirst } from '../../lib/store/archive.ts';

describe('the order of audit events', () => {
  const at = (nanosText: string, id: string) => ({ nanosText, id });
  const early = '2026-11-23T15:00:00.000000001Z';
  const late = '2026-11-23T15:00:00.000000002Z';

  it('is by time to the nanosecond, then by number, both descending', () => {
    const order = [at(late, '1'), at(early, '10'), at(early, '9'), at(early, '2')];
    expect(order.toReversed().toSorted(newestFirst)).toEqual(order);
  });

  it('compares ids as numbers of any length', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.bigInt({ min: 0n, max: 10n ** 40n }), (a, b) => {
        const sign = Math.sign(newestFirst(at(early, String(a)), at(early, `00${b}`)));
        expect(sign === 0 ? 0 : sign).toBe(a === b ? 0 : a > b ? -1 : 1);
      }),
    );
  });
});

describe('a pattern of activity codes', () => {
  it.each([
    ['route.delete', 'route.delete', true],
    ['route.delete', 'route.delete.all', false],
    ['*', '', true],
    ['peer.*', 'peer.add', true],
    ['peer.*', 'user.peer.add', false],
    ['*.delete', 'route.delete', true],
    ['*.delete', 'route.deleted', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*peer*delete', 'user.peer.delete', true],
    ['a*bc*c', 'abc', false],
    ['a*bc*c', 'abcc', true],
    ['Route.*', 'route.add', false],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (pattern, code, fits) => {
    expect(fitsActivity(pattern, code)).toBe(fits);
  });

  it('agrees with a regular expression', () => {
    const text = fc.stringMatching(/^[ab.]{0,8}$/);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (parts, code) => {
        const expression = new RegExp(`^${parts.map((part) => part.replaceAll('.', '\\.')).join('.*')}$`);
        expect(fitsActivity(parts.join('*'), code)).toBe(expression.test(code));
      }),
    );
  });
});
