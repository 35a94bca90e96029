import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { writeTable } from '../../../lib/sigma/index/hash-table.ts';
import { WordWriter } from '../../../lib/sigma/index/word-writer.ts';
import { Finder } from '../../../lib/sigma/match/finder.ts';
import { makeScan } from '../../../lib/sigma/match/scanner.ts';
import { searchedFor } from '../match/found.ts';

/** A table of one record for each hash, after so many other words, and what it gives for a hash. */
function tableOf(hashes: readonly number[], before: number) {
  const writer = new WordWriter();
  writer.reserve(before);
  const records = hashes.map((_, id) => writer.push([id, 0]));
  const offsetBits = Math.ceil(Math.log2(writer.length + 1));
  const entries = hashes.map((hash, id) => ({ hash, offset: records[id] as number }));
  const { slots, slotShift } = writeTable(writer, entries, offsetBits);
  const words = writer.toArray();
  const finder = new Finder({
    words,
    offsetBits,
    numbers: hashes.length,
  } as unknown as ConstructorParameters<typeof Finder>[0]);
  const find = (hash: number): Set<number> => {
    finder.clear();
    finder.probeWhole(slots, slotShift, hash);
    return new Set([...finder.records.subarray(0, finder.count)].map((record) => words[record] as number));
  };
  return { offsetBits, find };
}

const hash = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  // Many that begin at the last slot, or at the first, or are the same.
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: -20, max: -1 }),
);

describe('hash tables', () => {
  it('give all entries of a hash, and none but what looks like it', async () => {
    await fc.assert(
      fc.property(
        fc.array(hash, { maxLength: 40 }),
        fc.array(hash, { maxLength: 20 }),
        fc.constantFrom(0, 1, 1000, 70_000),
        (hashes, others, before) => {
          const { find, offsetBits } = tableOf(hashes, before);
          for (const asked of [...hashes, ...others]) {
            const found = find(asked);
            const idsOf = (like: (each: number) => boolean): number[] =>
              hashes.flatMap((each, id) => (like(each) ? [id] : []));
            const alike = idsOf((each) => each << offsetBits === asked << offsetBits);
            expect([...found]).toEqual(expect.arrayContaining(idsOf((each) => each === asked)));
            expect(alike).toEqual(expect.arrayContaining([...found]));
          }
        },
      ),
      { numRuns: 700 },
    );
  });

  it('hold thousands of entries in any order', () => {
    const hashes = Array.from({ length: 30_000 }, (_, at) => Math.imul(at % 20_000, 0x9e3779b1));
    const { find } = tableOf(hashes, 0);
    for (const at of [0, 1, 9_999, 10_000, 19_999]) {
      const found = find(hashes[at] as number);
      expect(found).toContain(at);
      if (at < 10_000) expect(found).toContain(at + 20_000);
    }
  });

  it('are asked for few of the texts that are not in them', () => {
    const word = (at: number): string =>
      createHash('sha256')
        .update(`${at}`)
        .digest('base64url')
        .slice(0, 8 + (at % 9));
    const { image, fields } = searchedFor(
      Array.from({ length: 1000 }, (_, at) => ({ op: 'text', field: 'f', tokens: [word(at)], cased: false })),
    );
    let asked = 0;
    class CountingFinder extends Finder {
      override probeWhole(slots: number, shift: number, hash: number): void {
        asked++;
        super.probeWhole(slots, shift, hash);
      }
    }
    const scan = makeScan(fields, image, new CountingFinder(image));
    for (let at = 0; at < 1000; at++) scan({ f: word(at).toUpperCase() });
    expect(asked).toBe(1000);
    for (let at = 1000; at < 3000; at++) scan({ f: word(at) });
    expect(asked).toBeLessThan(1000 + 2000 / 4);
  });
});
