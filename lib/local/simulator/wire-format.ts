/** A value as the server's code passes it to the log. */
export type MetaValue = string | number | boolean | null | readonly string[];

/** How Go's `%v` prints it, which is what `meta` shows: `2.950159e+06`, `[a b]`, `<nil>`. */
export function goText(value: MetaValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return goNumber(value);
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  return `[${value.join(' ')}]`;
}

/** From one million up (and below a ten-thousandth) with an exponent of at least two digits. */
function goNumber(value: number): string {
  if (value === 0) return '0';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
