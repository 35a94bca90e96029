const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const HIGHEST = BLOCKS.length - 1;

/** One block for each value, the largest full height; only nothing is lowest. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values.map((value) => BLOCKS[value > 0 ? Math.max(1, Math.round((value / most) * HIGHEST)) : 0]).join('');
}

/** `value` of `most` as a bar of up to `width` characters; only nothing is no bar. */
export function bar(value: number, most: number, width: number): string {
  return value > 0 ? '█'.repeat(Math.max(1, Math.round((value / most) * width))) : '';
}
