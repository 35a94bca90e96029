import { chooseSamples } from '../../../lib/sigma/index/samples.ts';
import { SAMPLES, wholeHash } from '../../../lib/sigma/index/units.ts';

/** The most literals that share a hash by the samples chosen for them. */
function crowdOf(literals: readonly string[]): number {
  const samples = chooseSamples(literals);
  const crowds = new Map<number, number>();
  for (const literal of literals) {
    const hash = wholeHash(literal, samples);
    crowds.set(hash, (crowds.get(hash) ?? 0) + 1);
  }
  return Math.max(...crowds.values());
}

describe('samples of values', () => {
  it('stand in every text, where their code says', () => {
    for (const { at, source } of SAMPLES) {
      const asCode = new Function('n', `return ${source};`);
      for (let length = 1; length <= 60; length++) {
        expect(at(length)).toBe(asCode(length));
        expect(at(length)).toBeGreaterThanOrEqual(0);
        expect(at(length)).toBeLessThan(length);
      }
    }
  });

  it('are few for few values, and more where thousands differ in little', () => {
    const paths = Array.from({ length: 3000 }, (_, at) => `C:\\Windows\\System32\\tool${at.toString(36)}.exe`);
    expect(chooseSamples([])).toHaveLength(2);
    expect(chooseSamples(['DE', 'FR'])).toEqual([0, 1]);
    expect(chooseSamples(paths.slice(0, 20))).toHaveLength(3);
    expect(crowdOf(paths)).toBeLessThanOrEqual(12);
    expect(crowdOf(Array.from({ length: 2000 }, (_, at) => `user${at * 37}@example.com`))).toBeLessThanOrEqual(12);
  });

  it('come to an end where values cannot be told apart', () => {
    const long = Array.from({ length: 300 }, (_, at) => `${'a'.repeat(100)}${at}${'b'.repeat(101)}`);
    expect(chooseSamples(long).length).toBeLessThanOrEqual(8);
  });
});
