const BLOCKS = '▁▂▃▄▅▆▇█';
const NOTHING = '·';

/** One character a value, from `▁` to `█` at `most`; `·` for nothing. */
export function sparkline(values: readonly number[], most: number): string {
  return values.map((value) => blockOf(value, most)).join('');
}

function blockOf(value: number, most: number): string {
  if (!(value > 0) || !(most > 0)) return NOTHING;
  const step = Math.ceil((Math.min(value, most) / most) * BLOCKS.length);
  return BLOCKS[Math.max(1, step) - 1] ?? NOTHING;
}
