import { compareDecimal, type Position } from '../model/change.ts';

/** What a State item has absorbed: per ordered stream partition the highest sequence number, and when (epoch ms). */
export type Marks = Readonly<Record<string, Mark>>;

export interface Mark {
  readonly sequence: string;
  /** Wall clock (epoch ms) of the last record. */
  readonly at: number;
}

/** Longer than a DynamoDB stream keeps a record (24 h), so no record can come again after its mark is dropped. */
export const MARK_LIFE_MS = 25 * 3_600_000;

/** True where the record at `position` has not been absorbed yet. */
export function isFresh(marks: Marks, position: Position, now: number): boolean {
  const mark = marks[partitionOf(position)];
  if (!mark || isDead(mark, now)) return true;
  return compareDecimal(position.sequence, mark.sequence) > 0;
}

/** The marks after absorbing `positions`, without those that nothing can need any more. */
export function withMarks(marks: Marks, positions: readonly Position[], now: number): Marks {
  const next: Record<string, Mark> = {};
  for (const [partition, mark] of Object.entries(marks)) if (!isDead(mark, now)) next[partition] = mark;
  for (const position of positions) {
    const partition = partitionOf(position);
    const known = next[partition];
    const isHigher = !known || compareDecimal(position.sequence, known.sequence) > 0;
    next[partition] = { sequence: isHigher ? position.sequence : known.sequence, at: now };
  }
  return next;
}

function isDead(mark: Mark, now: number): boolean {
  return now - mark.at > MARK_LIFE_MS;
}

/** A re-created stream has another ARN and starts its numbers anew, so the stream is part of the name. */
function partitionOf(position: Position): string {
  return `${position.stream}|${position.partition}`;
}
