import { type EventSummary, MAX_SAMPLES } from '../../model/finding.ts';
import type { Told } from './correlation.ts';
import { type Row, sizeOf, type Words } from './row.ts';

const NO_WORDS: Words = { activity: '', actor: '', target: '' };

/** What a finding tells of these events, given in event order; undefined for none. */
export function toldOf(rows: readonly Row[]): Told | undefined {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return undefined;
  return {
    count: sizeOf(rows),
    firstEventAt: first.at,
    lastEventAt: last.at,
    samples: samplesOf(rows),
    words: rows.findLast((row) => row.words)?.words ?? NO_WORDS,
    firstRef: first.ref,
  };
}

export function samplesOf(rows: readonly Row[]): EventSummary[] {
  const samples: EventSummary[] = [];
  for (const { ref, at, words } of rows) {
    if (samples.length === MAX_SAMPLES) break;
    if (words) samples.push({ ref, at, activity: words.activity, actor: words.actor, target: words.target });
  }
  return samples;
}

/** A row's words are kept until no verdict can need them: a late event can make it the end of a window. */
export function asTold(row: Row): Row {
  return withoutWords({ ...row, told: true });
}

export function asHeld(row: Row): Row {
  return withoutWords({ ...row, held: true });
}

function withoutWords(row: Row): Row {
  if (!row.told || !row.held) return row;
  const { words: _, ...rest } = row;
  return rest;
}
