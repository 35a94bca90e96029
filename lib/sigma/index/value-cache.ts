import { Finds } from './finds.ts';
import type { Look } from './look.ts';
import { SPREAD } from './units.ts';

/** 2¹⁰ places by twos, a value in either of two. */
const BITS = 10;
/** Longer texts repeat too rarely to be kept. */
const MAX_LENGTH = 256;
/** Misses after which it is decided whether remembering pays. */
const TRIAL = 2048;
/** Looks without remembering before the next trial. */
const PAUSE = 50_000;
/** Numbers kept before all is forgotten. */
const MAX_KEPT = 65_536;

/**
 * Remembers what the values of a field said, where finding out means a pass over them: names, addresses and host names
 * come again and again, and comparing a text with a known one takes a quarter of a pass over it. No map: that would hash
 * the text, which costs more than the comparison. Stops for a while where values hardly repeat.
 */
export class ValueCache {
  readonly texts: string[] = new Array(1 << BITS).fill('');
  readonly tags = new Int32Array(1 << BITS);
  /** Where in `kept` the numbers of a text stand; 0 for none. */
  readonly spans = new Int32Array(1 << BITS);
  /** Lists of numbers, each after its length. */
  kept: number[] = [0];
  looks = 0;
  private readonly all: readonly Look[];
  private readonly own = new Finds();
  private misses = 0;

  constructor(all: readonly Look[]) {
    this.all = all;
  }

  compute(text: string, found: Finds): void {
    const { all } = this;
    for (let at = 0; at < all.length; at++) {
      const { find, table } = all[at] as Look;
      find(table as never, text, found);
    }
  }

  /** Computes what a text says, and keeps it in the place of another; returns where it is kept. */
  learn(text: string, tag: number, found: number): number {
    const { own, kept, tags } = this;
    own.count = 0;
    this.compute(text, own);
    if (++this.misses >= TRIAL || kept.length > MAX_KEPT) this.judge();
    let span = 0;
    if (own.count > 0) {
      span = this.kept.push(own.count) - 1;
      for (let at = 0; at < own.count; at++) this.kept.push(own.codes[at] as number);
    }
    // The newest first, the one before second.
    const place = found & ~1;
    if (found === place) this.move(place);
    tags[place] = tag;
    this.texts[place] = text;
    this.spans[place] = span;
    return span;
  }

  private move(place: number): void {
    this.texts[place + 1] = this.texts[place] as string;
    this.spans[place + 1] = this.spans[place] as number;
    this.tags[place + 1] = this.tags[place] as number;
  }

  private judge(): void {
    if (this.misses * 2 > this.looks) this.looks = -PAUSE;
    else this.looks = 0;
    this.misses = 0;
    if (this.kept.length <= MAX_KEPT) return;
    this.kept = [0];
    this.texts.fill('');
  }
}

export function findCached(cache: ValueCache, text: string, found: Finds): void {
  const { length } = text;
  // Below zero: a pause.
  if (++cache.looks < 0 || length === 0 || length > MAX_LENGTH) {
    cache.compute(text, found);
    return;
  }
  const tag = tagOf(text, length);
  const { tags, texts } = cache;
  let place = (tag >>> (32 - BITS)) & ~1;
  if (tags[place] !== tag && tags[place + 1] === tag) place++;
  const span = texts[place] === text ? (cache.spans[place] as number) : cache.learn(text, tag, place);
  if (span !== 0) tell(cache, span, found);
}

function tell({ kept }: ValueCache, span: number, found: Finds): void {
  const end = span + (kept[span] as number);
  for (let at = span + 1; at <= end; at++) found.add(kept[at] as number);
}

/**
 * By seven units, five of them in the middle: texts of one kind share beginnings (`prod-`) and ends (a domain). Of 400
 * host names 393 have tags of their own; units at equal distances would tell 300 apart.
 */
function tagOf(text: string, length: number): number {
  const half = length >> 1;
  if (half < 4) return shortTag(text, length);
  let mixed = (text.charCodeAt(0) << 7) ^ text.charCodeAt(length - 1) ^ (length << 16);
  mixed = Math.imul(mixed, SPREAD) ^ (text.charCodeAt(half - 3) << 14) ^ (text.charCodeAt(half) << 7);
  mixed ^= text.charCodeAt(half - 1);
  mixed = Math.imul(mixed, SPREAD) ^ text.charCodeAt(half - 2) ^ (text.charCodeAt(half + 1) << 7);
  return Math.imul(mixed, SPREAD);
}

function shortTag(text: string, length: number): number {
  let mixed = length;
  for (let index = 0; index < length; index++) mixed = Math.imul(mixed, SPREAD) ^ text.charCodeAt(index);
  return Math.imul(mixed, SPREAD);
}
