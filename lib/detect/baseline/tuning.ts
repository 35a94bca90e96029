/** Every number that was chosen by measuring. docs/anomaly.md says on what, and how flat the choice is. */
export const TUNING = {
  /** Slots: visits that make a mean, and pseudo-visits of the series as a whole. */
  memory: 20,
  prior: 1,
  /** Hours that make the series-wide means. */
  seriesHours: 500,
  /** A difference below `min / 50` plus this share of the series' mean does not matter. */
  floorShare: 0.07,
  /** `up`: weight of the logarithmic distance. */
  logWeight: 0.8,
  /** `up`: the share of buckets that makes the tail, how fast its edge moves (per hour), and its excess before any was seen. */
  tail: 0.03,
  tailStep: 0.06,
  tailExcess: 0.7,
  tailWeight: 15,
  tailLeast: 0.12,
  tailMost: 200,
  /** `up`: how much of an hour's score the next one inherits, with which weight, and from how high a score at most. */
  keep: 0.7,
  carry: 0.5,
  carryMost: 4,
  calm: 1,
  /** From this score on, a bucket is learned at a third of the rate. */
  suspect: 3.5,
  suspectRate: 0.35,
  /** `ramp`: weight of the decayed maximum beside the expectation; its half-life in days; how fast it follows (per hour). */
  recordWeight: 0.3,
  recordDays: 60,
  recordStep: 0.02,
  rampFloor: 0.2,
  rampMean: 0.35,
  rampSpread: 0.5,
  rampDays: 7,
  rampMemory: 60,
  rampLeast: 0.1,
  rampAdds: 1.3,
  rampHigh: 2.5,
  rampStays: 3,
  rampStaysRate: 0.3,
  /** `drop`: a bucket is low below this share of what is expected; only where fewer than this share of buckets are low. */
  low: 0.05,
  lowShare: 0.02,
  lowHours: 720,
} as const;
