/**
 * A general score for any kind of series, not for alerts: how far a value breaks the records of what is left when the
 * hour of the day is taken out, of its deviations, and of the shape of its recent values. Looks only back.
 */
export function recordScores(t: readonly number[], v: readonly number[]): Float64Array {
  const scores = new Float64Array(v.length);
  const parts = [hourly(), weekly(), deviations(), shapes()];
  const weights = [1, 0.4, 0.4, 0.4];
  let [loudest, since] = [0, 0];
  for (const [index, value] of v.entries()) {
    const now = parts.map((part) => part(value, t[index] ?? 0));
    const score = Math.max(...now.map((part, at) => part * (weights[at] ?? 0)));
    // What goes on is told once, unless it gets worse.
    since++;
    if (since > COOL_DOWN) loudest = 0;
    if (score <= loudest) continue;
    [loudest, since] = [score, 0];
    scores[index] = score / (1 + score);
  }
  return scores;
}

const COOL_DOWN = 100;

type Part = (value: number, second: number) => number;

/** How far beyond the range of all before, in ranges. */
function recordOf(): (value: number) => number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return (value) => {
    const range = high - low;
    const beyond = range > 0 ? Math.max(0, (value - high) / range, (low - value) / range) : 0;
    [low, high] = [Math.min(low, value), Math.max(high, value)];
    return beyond;
  };
}

function seasonal(slots: number, slotOf: (second: number) => number): Part {
  const [means, counts] = [new Float64Array(slots), new Float64Array(slots)];
  return (value, second) => {
    const slot = slotOf(second);
    const count = counts[slot] ?? 0;
    const rest = count === 0 ? 0 : value - (means[slot] ?? 0);
    means[slot] = (means[slot] ?? 0) + (value - (means[slot] ?? 0)) * Math.max(0.02, 1 / (count + 1));
    counts[slot] = count + 1;
    return rest;
  };
}

function hourly(): Part {
  const [rest, record] = [seasonal(24, (second) => Math.floor(second / 3600) % 24), recordOf()];
  return (value, second) => record(rest(value, second));
}

function weekly(): Part {
  const isWeekend = (second: number): boolean => [0, 6].includes((Math.floor(second / 86_400) + 4) % 7);
  const rest = seasonal(48, (second) => (Math.floor(second / 3600) % 24) + (isWeekend(second) ? 24 : 0));
  const record = recordOf();
  let smooth = 0;
  return (value, second) => {
    smooth += (rest(value, second) - smooth) / 12;
    return record(smooth);
  };
}

function deviations(): Part {
  const record = recordOf();
  let [mean, variance, count] = [0, 0, 0];
  return (value) => {
    const rate = Math.max(1 / 50, 1 / ++count);
    const deviation = count > 2 && variance > 0 ? (value - mean) / Math.sqrt(variance) : 0;
    const by = value - mean;
    mean += rate * by;
    variance = (1 - rate) * (variance + rate * by * by);
    return record(Math.sign(deviation) * Math.log1p(Math.abs(deviation)));
  };
}

const WINDOW = 52;
const BINS = 5;
const MOST_SHAPES = 32;
/** Of a chi-square with four degrees of freedom: one in a hundred. */
const UNLIKE = 13.3;

/** How unlike the last values are, as a histogram, to every histogram seen. */
function shapes(): Part {
  const known: Float64Array[] = [];
  const recent: number[] = [];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return (value) => {
    [low, high] = [Math.min(low, value), Math.max(high, value)];
    recent.push(value);
    if (recent.length > WINDOW) recent.shift();
    if (recent.length < WINDOW || high === low) return 0;
    const shape = shapeOf(recent, low, high);
    const distances = known.map((other) => 2 * WINDOW * divergence(shape, other));
    const nearest = Math.min(...distances, Number.POSITIVE_INFINITY);
    if (nearest <= UNLIKE) return 0;
    if (known.length < MOST_SHAPES) known.push(shape);
    return known.length > 1 ? Math.min(1, nearest / 200) : 0;
  };
}

function shapeOf(values: readonly number[], low: number, high: number): Float64Array {
  const shape = new Float64Array(BINS);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS));
    shape[bin] = (shape[bin] ?? 0) + 1 / WINDOW;
  }
  return shape;
}

function divergence(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (const [bin, share] of a.entries()) if (share > 0) sum += share * Math.log(share / Math.max(b[bin] ?? 0, 0.01));
  return sum;
}
