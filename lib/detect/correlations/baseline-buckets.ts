/**
 * The open buckets of a series: sums by number of the bucket, and who contributed most. Values add up in any order. Of
 * contributors only the largest are kept, so that a series stays small whatever it talks to: their amounts are "at least".
 */
import type { Contributors } from '../../model/evidence.ts';
import type { Row } from './row.ts';

/** A bucket that is not stepped yet and holds something. */
export interface OpenBucket {
  /** Its number: buckets since 1970. */
  readonly at: number;
  readonly value: number;
  readonly events: number;
  /** All of it is from before anybody watched. */
  readonly history?: true;
  /** Per field of `top`: name and value, the largest first. */
  readonly top?: readonly (readonly Contributor[])[];
}

type Contributor = readonly [name: string, value: number];

/** Of one field of one bucket. */
const MOST_KEPT = 6;
const MOST_TOLD = 3;
const LONGEST_NAME = 24;
/** Bytes of JSON that the contributors of all open buckets of a series take together. */
const MOST_BYTES = 300;

/** The open buckets with these rows in theirs; rows of buckets before `from` are too late. In order of time. */
export function withFresh(
  open: readonly OpenBucket[],
  rows: readonly Row[],
  numberOf: (row: Row) => number,
  from: number,
): OpenBucket[] {
  const sums = new Map<number, Sum>();
  for (const row of rows) {
    const at = numberOf(row);
    if (at < from) continue;
    const sum = sums.get(at) ?? new Sum();
    sum.add(row);
    sums.set(at, sum);
  }
  if (sums.size === 0) return [...open];
  const merged = open.map((bucket) => {
    const sum = sums.get(bucket.at);
    sums.delete(bucket.at);
    return sum ? sum.onto(bucket) : bucket;
  });
  for (const [at, sum] of sums) merged.push(sum.onto({ at, value: 0, events: 0, history: true }));
  return fitted(merged.sort((a, b) => a.at - b.at));
}

/** What an alert names of a bucket's contributors, by the names of the fields. */
export function contributorsOf({ top = [] }: OpenBucket, fields: readonly string[]): Contributors[] {
  return fields.flatMap((field, index) => {
    const values = (top[index] ?? []).slice(0, MOST_TOLD).map(([name, value]) => ({ name, value }));
    return values.length > 0 ? [{ field, values }] : [];
  });
}

class Sum {
  #value = 0;
  #events = 0;
  #isHistory = true;
  readonly #top: Map<string, number>[] = [];

  add({ value, n = 1, top, history }: Row): void {
    const amount = value === undefined ? n : Number(value);
    if (!Number.isFinite(amount)) return;
    this.#value += amount;
    // What a row has grown by is no further event.
    this.#events += n;
    if (!history) this.#isHistory = false;
    if (!top || amount <= 0) return;
    for (let field = 0; field < top.length; field++) {
      const name = top[field];
      if (!name) continue;
      const names = this.#top[field] ?? new Map<string, number>();
      this.#top[field] = names;
      names.set(name, (names.get(name) ?? 0) + amount);
    }
  }

  onto({ at, value, events, history, top = [] }: OpenBucket): OpenBucket {
    const fields = Array.from({ length: Math.max(top.length, this.#top.length) }, (_, field) =>
      largest(top[field] ?? [], this.#top[field]),
    );
    return {
      at,
      value: value + this.#value,
      events: events + this.#events,
      ...(history && this.#isHistory ? { history: true } : {}),
      ...(fields.some((names) => names.length > 0) ? { top: fields } : {}),
    };
  }
}

function largest(kept: readonly Contributor[], fresh: ReadonlyMap<string, number> | undefined): Contributor[] {
  if (!fresh) return [...kept];
  const sums = new Map(kept);
  for (const [whole, value] of fresh) {
    const name = whole.length <= LONGEST_NAME ? whole : `${whole.slice(0, LONGEST_NAME - 1)}…`;
    sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return [...sums].sort(byValue).slice(0, MOST_KEPT);
}

function byValue(a: Contributor, b: Contributor): number {
  if (a[1] !== b[1]) return b[1] - a[1];
  return a[0] < b[0] ? -1 : 1;
}

/** The largest contributors of all open buckets that have room, those of the newest bucket first. */
function fitted(open: readonly OpenBucket[]): OpenBucket[] {
  if (bytesOf(open) <= MOST_BYTES) return [...open];
  const lists = [...open].reverse().flatMap(({ top = [] }) => top);
  const kept = new Map(lists.map((names) => [names, [] as Contributor[]]));
  let left = MOST_BYTES;
  for (let rank = 0; rank < MOST_KEPT; rank++) {
    for (const names of lists) {
      const name = names[rank];
      if (!name || left < sizeOf(name)) continue;
      left -= sizeOf(name);
      kept.get(names)?.push(name);
    }
  }
  return open.map((bucket) =>
    bucket.top ? { ...bucket, top: bucket.top.map((names) => kept.get(names) ?? []) } : bucket,
  );
}

function bytesOf(open: readonly OpenBucket[]): number {
  let bytes = 0;
  for (const { top = [] } of open) for (const names of top) for (const name of names) bytes += sizeOf(name);
  return bytes;
}

/** As JSON, about: `["name",1234567],`. */
function sizeOf([name, value]: Contributor): number {
  return Buffer.byteLength(name) + String(value).length + 6;
}
