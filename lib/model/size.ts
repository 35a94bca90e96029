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
