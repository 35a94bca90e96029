import { splitEdges } from './edges.ts';
import type { Guards } from './guards.ts';
import type { RangeEntry, ShortEntry, ThresholdEntry } from './image.ts';
import { chooseWindows } from './inner-windows.ts';
import type { Entry, Table } from './layout.ts';
import { plainLiteral } from './required-literal.ts';
import { chooseSamples } from './samples.ts';
import { edgeHash, wholeHash, windowHash } from './units.ts';

/** A predicate by its number, with a hash by which a value shows it. */
export interface DraftHash {
  readonly id: number;
  readonly hash: number;
}

/** The same of a literal that stands in a value: the hash tells of the window that ends, or is, at a place of it. */
export interface DraftLiteral extends DraftHash {
  readonly literal: string;
  readonly anchor: number;
}

/** A look with predicates in the place of their records: a record has no offset before it is written. */
export type Draft =
  | {
      readonly kind: 'whole';
      readonly samples: readonly number[];
      readonly entries: readonly DraftHash[];
      readonly empty: readonly number[];
    }
  | { readonly kind: 'start' | 'end'; readonly windows: number; readonly entries: readonly DraftLiteral[] }
  | {
      readonly kind: 'inner';
      readonly width: number;
      readonly stride: number;
      readonly entries: readonly DraftLiteral[];
    }
  | { readonly kind: 'short'; readonly entries: readonly Drafted<ShortEntry>[] }
  | { readonly kind: 'range'; readonly entries: readonly Drafted<RangeEntry>[] }
  | { readonly kind: 'threshold'; readonly entries: readonly Drafted<ThresholdEntry>[] };

export type Drafted<T> = Omit<T, 'record'> & { readonly id: number };

/** The looks that a table becomes. */
export function draftsOf({ place, field, entries }: Table, guards: Pick<Guards, 'samplesOf'>): Draft[] {
  switch (place) {
    case 'w':
      return [draftWhole(entries, guards.samplesOf(field))];
    case 's':
      return draftEdges(entries, 'start');
    case 'e':
      return draftEdges(entries, 'end');
    case 'i':
      return [draftInner(entries)];
    case 'h':
      return [{ kind: 'short', entries: entries.map(draftShort) }];
    default:
      return [draftOther(entries)];
  }
}

/** `samples`: those of a key of the same field, which has the same hash. */
function draftWhole(entries: readonly Entry[], samples: readonly number[] | undefined): Draft {
  const full = entries.filter(({ literal }) => literal !== '');
  const chosen = samples ?? chooseSamples(full.map(({ literal }) => literal));
  return {
    kind: 'whole',
    samples: chosen,
    entries: full.map(({ id, literal }) => ({ id, hash: wholeHash(literal, chosen) })),
    empty: entries.filter(({ literal }) => literal === '').map(({ id }) => id),
  };
}

function draftEdges(all: readonly Entry[], kind: 'start' | 'end'): Draft[] {
  return splitEdges(all, kind).map(({ windows, entries }) => ({
    kind,
    windows,
    entries: entries.map(({ id, literal }) => ({
      id,
      hash: edgeHash(literal, kind, windows),
      literal,
      anchor: kind === 'start' ? 0 : literal.length - 1,
    })),
  }));
}

function draftInner(entries: readonly Entry[]): Draft {
  const { width, stride, ends } = chooseWindows(entries.map(({ literal }) => literal));
  return {
    kind: 'inner',
    width,
    stride,
    entries: entries.flatMap(({ id, literal }, index) =>
      (ends[index] ?? []).map((anchor) => ({ id, hash: windowHash(literal, anchor, width), literal, anchor })),
    ),
  };
}

function draftShort({ id, predicate, literal }: Entry): Drafted<ShortEntry> {
  const anchor = (predicate.op === 'text' && plainLiteral(predicate.tokens)?.anchor) || 'anywhere';
  return { id, literal, anchor };
}

function draftOther(entries: readonly Entry[]): Draft {
  const ranges = entries.flatMap(({ id, predicate }) =>
    predicate.op === 'cidr' ? [{ id, range: predicate.range }] : [],
  );
  if (ranges.length > 0) return { kind: 'range', entries: ranges };
  return {
    kind: 'threshold',
    entries: entries.flatMap(({ id, predicate }) =>
      predicate.op === 'number' ? [{ id, compare: predicate.compare, value: predicate.value }] : [],
    ),
  };
}

/** The literals of a draft, which are written next to the records of their predicates. */
export function literalsOf(draft: Draft): readonly DraftLiteral[] {
  return draft.kind === 'start' || draft.kind === 'end' || draft.kind === 'inner' ? draft.entries : [];
}
