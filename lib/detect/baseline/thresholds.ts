import { CURVE_RATES, CURVES } from './curves.ts';
import { CHANNELS } from './judge.ts';
import type { Channel, ThresholdsOf } from './types.ts';

const MONTH_MS = 30 * 86_400_000;

/** How a budget is divided where all channels are on. */
const SHARES: Readonly<Record<Channel, number>> = { up: 0.6, ramp: 0.29, drop: 0.03, new: 0.08 };
/** At most this share of newcomers is told; newcomers per series and month, where none was seen. */
const NEW_MOST = 0.15;
const BIRTHS_LEAST = 0.01;
/** Where nobody has counted the series yet. */
const SERIES_UNKNOWN = 50;

/** The budget per series and month, divided among the channels, read from the curves and corrected by the fleet. */
export const thresholdsOf: ThresholdsOf = (budget, _size, fleet, series) => {
  const count = Math.max(1, fleet?.series ?? series ?? SERIES_UNKNOWN);
  const perMonth = (budget.falseAlarms * MONTH_MS) / budget.perMs / count;
  const channels = budget.channels ?? CHANNELS;
  const whole = channels.reduce((sum, channel) => sum + SHARES[channel], 0);
  const thresholds: Partial<Record<Channel, number>> = {};
  for (const channel of channels) {
    const rate = attained((perMonth * SHARES[channel]) / whole);
    thresholds[channel] =
      channel === 'new'
        ? newThreshold(rate, fleet?.births ?? 0)
        : (fleet?.scale[channel] ?? 1) * scoreAt(channel, rate);
  }
  return thresholds;
};

/** What must be asked for to get `rate`: alarms of several channels coincide, and what follows an alarm is quieter. */
function attained(rate: number): number {
  return 1.2 * rate ** 0.93;
}

/** Linear in the logarithm of the rate; beyond the curve's ends as within its last part. */
function scoreAt(channel: Exclude<Channel, 'new'>, rate: number): number {
  const scores = CURVES[channel];
  let index = 1;
  while (index < CURVE_RATES.length - 1 && rate < (CURVE_RATES[index] ?? 0)) index++;
  const [above, below] = [CURVE_RATES[index - 1] ?? 1, CURVE_RATES[index] ?? 1];
  const [from, to] = [scores[index - 1] ?? 0, scores[index] ?? 0];
  return Math.max(0.1, from + ((to - from) * Math.log(rate / above)) / Math.log(below / above));
}

/** −log10 of the chance that a newcomer's first days are as high; newcomers share the rate. */
function newThreshold(rate: number, births: number): number {
  return -Math.log10(Math.min(NEW_MOST, rate / Math.max(BIRTHS_LEAST, births)));
}
