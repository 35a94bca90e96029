/** Amounts as people write them in rules: `500`, `1.5GB`, `100MB`, `64KiB`. */

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** A number from 0 and its unit, case aside: powers of 1000 (kB, MB, GB, TB) or of 1024 (KiB, MiB, GiB, TiB). */
export function parseSize(text: string): { readonly value: number; readonly hasUnit: boolean } | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  const value = Number(digits) * (factor ?? Number.NaN);
  return digits !== '' && Number.isFinite(value) ? { value, hasUnit: unit !== '' } : undefined;
}

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `1.5 GB`, in powers of 1000. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; Math.abs(value) >= 1000 && unit < DECIMAL.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? Math.round(value) : Number(value.toFixed(1))} ${DECIMAL[unit]}`;
}
