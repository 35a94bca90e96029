/** Durations as people write them in rules and configuration: `90s`, `15m`, `1h`, `30d`, `2w`. */

const MILLIS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  // As pySigma counts them: an average month and year.
  M: 2_629_746_000,
  y: 31_556_952_000,
};

/** Milliseconds of `text`, or undefined when it is not `<whole number><s|m|h|d|w|M|y>`. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(\d+)([smhdwMy])$/.exec(text.trim());
  const unit = MILLIS[parts?.[2] ?? ''];
  return parts && unit !== undefined ? Number(parts[1]) * unit : undefined;
}

/** The shortest exact way to write it: 3600000 → `1h`. */
export function formatDuration(millis: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = MILLIS[unit] ?? 1;
    if (millis >= size && millis % size === 0) return `${millis / size}${unit}`;
  }
  return `${Math.round(millis / 1000)}s`;
}
