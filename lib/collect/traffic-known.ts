import { createHash } from 'node:crypto';
import type { RawElement } from './netbird/split-array.ts';

/** As long as a process lives: what rows it has stored or found stored, byte for byte. */
export interface KnownRows {
  has(hash: string): boolean;
  add(hash: string): void;
  /** After a run that broke off: what it has stored is looked at again. */
  clear(): void;
  /** A run has come to its end since the process began, or since the last `clear`. */
  isSure: boolean;
}

/** Each entry takes about 100 bytes. */
const MOST = 150_000;

/** Spares warm runs the reading and comparing of rows that they have seen; of more than `most`, the oldest are forgotten. */
export function createKnownRows(most = MOST): KnownRows {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    isSure: false,
    clear() {
      [old, young] = [new Set(), new Set()];
      this.isSure = false;
    },
    has: (hash) => young.has(hash) || old.has(hash),
    add(hash) {
      if (young.size >= most / 2) [old, young] = [young, new Set()];
      young.add(hash);
    },
  };
}

/** Tells rows apart by every byte that was served. */
export function hashOfRow(raw: RawElement): string {
  return createHash('sha1').update(raw).digest('base64');
}
