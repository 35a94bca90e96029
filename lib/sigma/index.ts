/** The rule language: rule files in, a set out that tells which rules an event matches. Pure: no I/O, no clock. */
import { assemble } from './assemble.ts';
import { buildBase } from './build.ts';
import { createMatcher, imagesOf } from './match/matcher.ts';
import { parseFile } from './parse/document.ts';
import type { LoadOptions, LoadResult, RuleFile, RuleProblem } from './types.ts';

export { PrebuildError, type PrebuiltRules, prebuildRuleSet, readPrebuiltRules } from './prebuilt.ts';
export type { Lists, LoadOptions, LoadResult, RuleFile, RuleProblem, RuleSet } from './types.ts';

/** Loads all rules of all files. What is wrong is told, all at once, and left out; nothing is thrown. */
export function loadRuleSet(files: readonly RuleFile[], options: LoadOptions = {}): LoadResult {
  const problems: RuleProblem[] = [];
  const documents = files.flatMap((file) => parseFile(file, problems));
  const { detections, correlations, tests, lists } = assemble(documents, options);
  const infos = detections.map(({ info }) => info);
  const routing = options.routing ?? 'logsource';
  const matcher = createMatcher(infos, [imagesOf(buildBase(detections), routing)], routing);
  const rules = [...infos, ...correlations];
  return { ruleSet: { rules, tests, matcher, lists }, problems: sorted(problems) };
}

function sorted(problems: readonly RuleProblem[]): RuleProblem[] {
  return [...problems].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}
