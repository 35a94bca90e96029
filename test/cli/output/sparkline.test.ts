import { bar, sparkline } from '../../../lib/cli/output/sparkline.ts';

it('draws the largest value full, nothing lowest, and little as more than nothing', () => {
  expect(sparkline([0, 1, 50, 100])).toBe('▁▂▅█');
  expect(sparkline([0, 0])).toBe('▁▁');
  expect(sparkline([])).toBe('');
});

it('draws bars to scale', () => {
  expect([0, 1, 50, 100].map((value) => bar(value, 100, 4))).toEqual(['', '█', '██', '████']);
});
