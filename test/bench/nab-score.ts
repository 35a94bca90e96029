/** The scoring of the Numenta Anomaly Benchmark: early detections in labelled windows, against false ones outside. */

export interface LabelledFile {
  readonly name: string;
  /** Seconds, and values. */
  readonly t: readonly number[];
  readonly v: readonly number[];
  /** Indices of the first and last point of each window. */
  readonly windows: readonly (readonly [first: number, last: number])[];
}

export interface Profile {
  readonly found: number;
  readonly missed: number;
  readonly false: number;
}

export const PROFILES: Readonly<Record<string, Profile>> = {
  standard: { found: 1, missed: 1, false: 0.11 },
  'few false': { found: 1, missed: 1, false: 0.22 },
  'few missed': { found: 1, missed: 2, false: 0.11 },
};

/** What a detection is worth at a place: 1 at a window's start, 0 at its end, −1 far from every window. */
function worth(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

const MOST = worth(-1);

/** A point at which a detector scored, as the sum needs it. */
interface Point {
  readonly score: number;
  readonly worth: number;
  /** Which window of all, −1 for none. */
  readonly window: number;
}

/** 100: each window found at its start and nothing else; 0: nothing said. With the one threshold that is best. */
export function nabScore(files: readonly LabelledFile[], scores: readonly Float64Array[], profile: Profile): number {
  const points: Point[] = [];
  let windows = 0;
  for (const [index, file] of files.entries()) {
    points.push(...pointsOf(file, scores[index] ?? new Float64Array(), windows));
    windows += file.windows.length;
  }
  points.sort((a, b) => b.score - a.score);
  const best = new Float64Array(windows).fill(-profile.missed);
  let sum = -profile.missed * windows;
  let most = sum;
  for (const [index, point] of points.entries()) {
    if (point.window < 0) sum += profile.false * point.worth;
    else {
      const worthThere = Math.max(best[point.window] ?? 0, profile.found * point.worth);
      sum += worthThere - (best[point.window] ?? 0);
      best[point.window] = worthThere;
    }
    // A threshold takes all points of one score, or none.
    if (points[index + 1]?.score !== point.score) most = Math.max(most, sum);
  }
  return (100 * (most + profile.missed * windows)) / ((profile.found + profile.missed) * windows);
}

/** The first 15 % of a file (at most 750 points) are for learning. */
function pointsOf({ t, windows }: LabelledFile, scores: Float64Array, before: number): Point[] {
  const points: Point[] = [];
  for (let index = Math.ceil(Math.min(0.15 * t.length, 750)); index < t.length; index++) {
    const score = scores[index] ?? 0;
    if (score <= 0) continue;
    const at = windows.findLastIndex(([first]) => first <= index);
    const [first, last] = windows[at] ?? [0, 0];
    if (at >= 0 && index <= last) {
      const position = -(last - index + 1) / (last - first + 1);
      points.push({ score, worth: worth(position) / MOST, window: before + at });
    } else {
      points.push({ score, worth: at < 0 ? -1 : worth((index - last) / (last - first)), window: -1 });
    }
  }
  return points;
}
