import type { Comparator, CorrelationType, Threshold } from '../../model/rule.ts';
import { numberAt, refuseUnknownKeys } from '../parse/read.ts';
import type { Report } from '../parse/report.ts';
import type { MapTree } from '../parse/tree.ts';
import type { Shape } from './types.ts';

const COMPARATORS: readonly Comparator[] = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'];

/** `{gte: 5}`, or a range such as `{gt: 5, lte: 10}`: all must hold. */
export function parseThreshold(body: MapTree, type: CorrelationType, shape: Shape, report: Report): Threshold {
  const extra = shape.field === 'none' ? [] : ['field'];
  const known = [...COMPARATORS, ...extra, ...(type === 'value_percentile' ? ['percentile'] : [])];
  refuseUnknownKeys(body, known, `the condition of ${type}`, report);
  const threshold = body.entries.flatMap(({ key, value }) => {
    const op = COMPARATORS.find((each) => each === key);
    const number = op && numberAt(body, key, report);
    if (!op || number === undefined) return [];
    if (shape.counts && !(Number.isInteger(number) && number >= 0)) {
      report.error(value.at, `${type} counts whole numbers`, 'Write a whole number from 0.');
    }
    return [{ op, value: number }];
  });
  const compares = body.entries.some(({ key }) => (COMPARATORS as readonly string[]).includes(key));
  if (!compares)
    report.error(body.at, `the condition of ${type} compares nothing`, 'Add one of gt, gte, lt, lte, eq, neq.');
  warnNothing(body, type, threshold, report);
  return threshold;
}

/** No event, no evaluation: a count of nothing is never seen. */
function warnNothing(body: MapTree, type: CorrelationType, threshold: Threshold, report: Report): void {
  const zero = threshold.some(({ op, value }) =>
    op === 'eq' || op === 'lte' ? value === 0 : op === 'lt' && value === 1,
  );
  if (!zero || !type.endsWith('_count')) return;
  report.warning(
    body.at,
    'the condition holds only when nothing happened, and then nothing is evaluated',
    'Use x-correlation of type absence.',
  );
}
