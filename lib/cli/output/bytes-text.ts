const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `0 B`, `999 B`, `1.5 kB`, `12 GB`: powers of 1000, two or three digits. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  // 999.95 kB would round to 1000 kB.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 9.95 ? value.toFixed(0) : value.toFixed(1);
  return `${digits} ${UNITS[unit]}`;
}
