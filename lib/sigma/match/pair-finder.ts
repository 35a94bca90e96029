import type { Image, PairLook } from '../index/image.ts';
import { ANY_KEY, pairHash } from '../index/keys.ts';
import { SPREAD } from '../index/units.ts';
import type { Finder } from './finder.ts';
import { generated } from './generated.ts';
import { probe } from './look-code.ts';

/** Finds pairs of values by the keys that were noted of the event at hand. */
export class PairFinder {
  readonly find: () => void;
  private readonly keys: Int32Array;
  private readonly pairs: readonly PairLook[];

  constructor(finder: Finder, { words, pairs }: Image) {
    this.keys = finder.keys;
    this.pairs = pairs;
    this.find = generated(pairsSource(pairs), { words, keys: finder.keys, finder }, () => {
      for (const { slots, table } of pairs) {
        const hash = pairHash(finder.keys[slots[0]] as number, finder.keys[slots[1]] as number);
        finder.probePair(table.slots, table.slotShift, hash);
      }
    });
  }

  /** Where the rules begin of which the pair may lie in one of several values of a field, which have no keys. */
  unknown(): number[] {
    const { keys, pairs } = this;
    return pairs.flatMap(({ slots, starts }) => (slots.some((slot) => keys[slot] === ANY_KEY) ? starts : []));
  }
}

/** A function body that makes a search of pairs. Nothing but whole numbers enters it. */
export function pairsSource(pairs: readonly PairLook[]): string {
  const body = pairs.flatMap(({ slots: [first, second], table }) => [
    `{`,
    // As `pairHash`.
    `const h = Math.imul(Math.imul(keys[${first}], ${SPREAD}) ^ keys[${second}], ${SPREAD});`,
    probe(table, 'probePair'),
    `}`,
  ]);
  return [`'use strict';`, `return function () {`, ...body, `};`].join('\n');
}
