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

/** A row whose words were told needs them no more. */
export function asTold(row: Row): Row {
  if (row.told) return row;
  const { words: _, ...rest } = row;
  return { ...rest, told: true };
}
