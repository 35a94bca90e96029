/** What is used elsewhere, as scores: an alarm is a score at or above a threshold. Re-implementations, not the products. */
import type { VolumeSeries } from '../support/generate-volumes.ts';
import { bucketSeconds } from './anomaly-score.ts';

export type Peer = (series: VolumeSeries, min: number) => Float64Array;

export const PEERS: Readonly<Record<string, Peer>> = {
  'spike, 1 h (ElastAlert style)': (series, min) => spike(series, min, 1),
  'spike, 24 h (ElastAlert style)': (series, min) => spike(series, min, 24),
  'mean ± k·σ of the same hour': band,
  'fixed threshold': (series) => Float64Array.from(series.v),
};

/** How many times a window holds what the window before held. */
function spike(series: VolumeSeries, min: number, hours: number): Float64Array {
  const length = Math.max(1, Math.round((hours * 3600) / bucketSeconds(series)));
  const scores = new Float64Array(series.v.length);
  let [current, before] = [0, 0];
  for (const [index, volume] of series.v.entries()) {
    const leaving = series.v[index - length] ?? 0;
    current += volume - leaving;
    before += leaving - (series.v[index - 2 * length] ?? 0);
    if (index >= 2 * length && current >= min) scores[index] = current / Math.max(before, min / 50);
  }
  return scores;
}

/** Deviations above the mean of this hour of the day, over the last 14 such hours or so. */
function band(series: VolumeSeries, min: number): Float64Array {
  const scores = new Float64Array(series.v.length);
  const [means, variances, counts] = [new Float64Array(24), new Float64Array(24), new Float64Array(24)];
  for (const [index, volume] of series.v.entries()) {
    const hour = Math.floor((series.t[index] ?? 0) / 3600) % 24;
    const [mean = 0, variance = 0, count = 0] = [means[hour], variances[hour], counts[hour]];
    if (count >= 5 && volume >= min) scores[index] = Math.max(0, volume - mean) / (Math.sqrt(variance) + min / 50);
    const rate = Math.max(1 / 14, 1 / (count + 1));
    means[hour] = mean + rate * (volume - mean);
    variances[hour] = (1 - rate) * (variance + rate * (volume - mean) ** 2);
    counts[hour] = count + 1;
  }
  return scores;
}
