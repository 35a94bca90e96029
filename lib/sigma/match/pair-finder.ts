import type { Image, PairLook } from '../index/image.ts';
import { ANY_KEY, pairHash } from '../index/keys.ts';
import { SPREAD } from '../index/units.ts';
import type { Finder } from './finder.ts';
import { generated } from './generated.ts';
import { probe } from './look-code.ts';

/** Finds pairs of values by the keys that were noted of the event at hand. */
export class PairFinder {
  readonly find: () => void;
  private readonly finder: Finder;
  private readonly pairs: readonly PairLook[];

  constructor(finder: Finder, { words, pairs }: Image) {
    this.finder = finder;
    this.pairs = pairs;
    this.find = generated(pairsSource(pairs), { words, keys: finder.keys, finder }, () => {
      for (const { slots, table } of pairs) {
        const hash = pairHash(finder.keys[slots[0]] as number, finder.keys[slots[1]] as number);
        finder.probeWhole(table.slots, table.slotShift, hash);
      }
    });
  }

  /**
   * After `find`: pairs of which a field has several values, each with each. Returns where the rules begin that may be
   * found so by more values than are looked up.
   */
  findSeveral(): number[] {
    return this.pairs.flatMap((pair) => {
      const [firsts, seconds] = pair.slots.map((slot) => this.keysOf(slot));
      if (!firsts || !seconds) return pair.starts;
      if (firsts.length + seconds.length > 2) this.findEach(pair, firsts, seconds);
      return [];
    });
  }

  private keysOf(slot: number): readonly number[] | undefined {
    const key = this.finder.keys[slot] as number;
    return key === ANY_KEY ? this.finder.severalKeys[slot] : [key];
  }

  private findEach({ table }: PairLook, firsts: readonly number[], seconds: readonly number[]): void {
    for (const first of firsts) {
      for (const second of seconds) {
        this.finder.probeWhole(table.slots, table.slotShift, pairHash(first, second));
      }
    }
  }
}

/** A function body that makes a search of pairs. Nothing but whole numbers enters it. */
export function pairsSource(pairs: readonly PairLook[]): string {
  const body = pairs.flatMap(({ slots: [first, second], table }) => [
    `{`,
    // As `pairHash`.
    `const h = Math.imul(Math.imul(keys[${first}], ${SPREAD}) ^ keys[${second}], ${SPREAD});`,
    probe(table, 'probeWhole'),
    `}`,
  ]);
  return [`'use strict';`, `return function () {`, ...body, `};`].join('\n');
}
