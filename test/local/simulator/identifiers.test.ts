import * as fc from 'fast-check';
import { createIdFactory } from '../../../lib/local/simulator/ids.ts';
import { createToken, hashToken, isWellFormedToken } from '../../../lib/local/simulator/personal-access-token.ts';
import { createRandom } from '../../../lib/local/simulator/random.ts';

describe('personal access tokens', () => {
  it('have the form that the server checks, whatever the seed', () => {
    return fc.assert(
      fc.property(fc.integer(), (seed) => {
        const token = createToken(createRandom(seed));
        expect(token).toMatch(/^nbp_[0-9A-Za-z]{36}$/);
        expect(isWellFormedToken(token)).toBe(true);
      }),
    );
  });

  it('are refused with any one character changed', () => {
    const token = createToken(createRandom(1));
    const changed = Array.from(token, (char, n) => token.slice(0, n) + (char === 'x' ? 'y' : 'x') + token.slice(n + 1));
    expect(changed.filter(isWellFormedToken)).toEqual([]);
    expect([token.slice(1), `${token}0`, ''].filter(isWellFormedToken)).toEqual([]);
  });

  it('pad a short checksum with zeros', () => {
    const padded = Array.from({ length: 5000 }, (_, seed) => createToken(createRandom(seed))).filter(
      (token) => token[34] === '0',
    );
    expect(padded.length).toBeGreaterThan(0);
    expect(padded.every(isWellFormedToken)).toBe(true);
  });

  it('are stored as 44 characters of base 64', () => {
    expect(hashToken('nbp_x')).toMatch(/^[0-9A-Za-z+/]{43}=$/);
  });
});

describe('ids', () => {
  const ids = createIdFactory(createRandom(3), () => new Date('2026-11-23T15:51:34Z'));

  it('of things begin with their time, as in the recordings, and grow', () => {
    const made = Array.from({ length: 500 }, () => ids.xid());
    expect(made[0]).toMatch(/^dc2621[0-9a-v]{14}$/);
    expect(new Set(made).size).toBe(500);
  });

  it('of people hold a user and the provider it comes from', () => {
    const id = ids.userId();
    const text = Buffer.from(id, 'base64').toString('latin1');
    expect(id).toMatch(/^Ci[QR]/);
    expect(text).toMatch(new RegExp(`^\\n\\$[0-9a-f-]{36}${String.fromCharCode(18, 5)}local$`));
  });

  it('of service users are UUIDs of version 4', () => {
    expect(ids.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('createRandom', () => {
  it('stays within its bounds and reaches both', () => {
    const random = createRandom(11);
    const drawn = new Set(Array.from({ length: 500 }, () => random.int(2, 5)));
    expect([...drawn].sort()).toEqual([2, 3, 4, 5]);
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
