import type { Assembled } from './assemble.ts';
import { createMatcher } from './index/matcher.ts';
import type { LoadOptions, RuleSet } from './types.ts';

/** Builds the matcher over what was assembled. */
export function buildRuleSet(assembled: Assembled, options: LoadOptions): RuleSet {
  const { detections, correlations, tests, lists } = assembled;
  return {
    rules: [...detections.map(({ info }) => info), ...correlations],
    tests,
    matcher: createMatcher(detections, options.routing ?? 'logsource'),
    lists,
  };
}
