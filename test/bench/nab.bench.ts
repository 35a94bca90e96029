/**
 * The Numenta Anomaly Benchmark, where NAB_DIR names a folder with `data/<category>/<name>.csv` and `windows.json` (or
 * `labels/combined_windows.json`). A yardstick for general anomaly scores: it rewards other things than alerts need.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localTimes, type PackedSeries, step } from '../../lib/detect/baseline/index.ts';
import { recordScores } from './nab-records.ts';
import { type LabelledFile, nabScore, PROFILES } from './nab-score.ts';

type Detector = (file: LabelledFile) => Float64Array;

const DETECTORS: Readonly<Record<string, Detector>> = {
  'records (general score)': ({ t, v }) => recordScores(t, v),
  'baseline detector, as it is': baselineScores,
  'deviation from a moving mean': movingDeviation,
};

/** Prints the three profiles of each detector. */
export async function run(): Promise<void> {
  const folder = process.env['NAB_DIR'];
  if (!folder) {
    console.log('skipped: set NAB_DIR to a folder with data/ and windows.json');
    return;
  }
  const files = filesOf(folder);
  console.log(`${files.length} files, ${files.reduce((sum, { windows }) => sum + windows.length, 0)} windows\n`);
  const rows = Object.entries(DETECTORS).map(([name, detector]) => {
    const scores = files.map(detector);
    const profiles = Object.entries(PROFILES).map(([profile, of]) => [profile, nabScore(files, scores, of).toFixed(1)]);
    return [name, Object.fromEntries(profiles)];
  });
  console.table(Object.fromEntries(rows));
}

function filesOf(folder: string): LabelledFile[] {
  const labels = [join(folder, 'labels/combined_windows.json'), join(folder, 'windows.json')].find(existsSync);
  if (!labels)
    throw new Error(`no windows.json in ${folder}: point NAB_DIR at the folder that holds data/ and the labels`);
  const windows: Record<string, [string, string][]> = JSON.parse(readFileSync(labels, 'utf8'));
  const names = Object.keys(windows).filter((name) => existsSync(join(folder, 'data', name)));
  return names.toSorted().map((name) => read(join(folder, 'data', name), name, windows[name] ?? []));
}

function read(path: string, name: string, windows: readonly [string, string][]): LabelledFile {
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(','));
  const t = rows.map(([time = '']) => secondsOf(time));
  const v = rows.map(([, value = '0']) => Number(value));
  const indices = windows.map(
    ([first, last]) => [t.indexOf(secondsOf(first)), t.lastIndexOf(secondsOf(last))] as const,
  );
  return { name, t, v, windows: indices };
}

function secondsOf(time: string): number {
  return Date.parse(`${time.slice(0, 19).replace(' ', 'T')}Z`) / 1000;
}

/** Volumes of 5 minutes (or what the file has), with a least volume that is next to nothing. */
function baselineScores({ t, v }: LabelledFile): Float64Array {
  const scores = new Float64Array(v.length);
  const local = localTimes('UTC');
  const minutes = Math.max(1, Math.round(((t[1] ?? 300) - (t[0] ?? 0)) / 60));
  const size = minutes * 60_000_000;
  const least = Math.max(1e-6, Math.max(...v.slice(0, 100).map(Math.abs)) / 1000);
  let series: PackedSeries | undefined;
  let last = Number.NEGATIVE_INFINITY;
  for (const [index, value] of v.entries()) {
    const start = Math.floor((t[index] ?? 0) / 60 / minutes) * size;
    if (start <= last) continue;
    last = start;
    const thresholds = { up: 1, ramp: 0.7 };
    const context = { size, local: local(start), thresholds, min: least };
    const result = step(series, { start, value: Math.max(0, value) }, context);
    series = result.series;
    scores[index] = result.verdict.score / result.verdict.threshold;
  }
  return scores;
}

function movingDeviation({ v }: LabelledFile): Float64Array {
  const scores = new Float64Array(v.length);
  let [mean, variance] = [v[0] ?? 0, 0];
  for (const [index, value] of v.entries()) {
    if (variance > 0) scores[index] = Math.abs(value - mean) / Math.sqrt(variance);
    const by = value - mean;
    mean += by / 200;
    variance += (by * by - variance) / 200;
  }
  return scores;
}
