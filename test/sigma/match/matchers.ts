import type { CompiledRule } from '../../../lib/sigma/assemble.ts';
import type { Expr } from '../../../lib/sigma/ast.ts';
import { buildBase } from '../../../lib/sigma/build.ts';
import type { IndexedRule, RuleBase } from '../../../lib/sigma/index/base.ts';
import { buildImage } from '../../../lib/sigma/index/build-image.ts';
import { positiveLeaves } from '../../../lib/sigma/index/code.ts';
import { layOut } from '../../../lib/sigma/index/layout.ts';
import { type PackedImage, packImage, unpackImage } from '../../../lib/sigma/index/pack-image.ts';
import { createMatcher, type ImageOf, imagesOf } from '../../../lib/sigma/match/matcher.ts';
import type { Matcher } from '../../../lib/sigma/types.ts';
import { holds } from '../reference.ts';

export function rulesOf(expressions: readonly Expr[]): CompiledRule[] {
  return expressions.map((expr, index) => ({ info: { key: `r${index}`, logsource: {} }, expr }) as CompiledRule);
}

/** Every rule guarded by the n-th of its parts that could, so that no choice of guards goes untested. */
export function guardAll(base: RuleBase, which: number): RuleBase {
  const guardOf = ({ node, witnesses }: IndexedRule): readonly number[] | undefined => {
    if (typeof node === 'number' || node.need !== 'all' || !witnesses) return undefined;
    const able = (number: number): boolean =>
      base.places[number] !== '-' && base.predicates[number]?.field !== '' && !isEquality(number);
    const parts = node.of.flatMap((part) => {
      const leaves = positiveLeaves(part);
      if (!leaves?.length || !leaves.every(able)) return [];
      return leaves.length > 1 && leaves.some((number) => base.places[number] === 'N') ? [] : [leaves];
    });
    return parts[which % Math.max(1, parts.length)];
  };
  const isEquality = (number: number): boolean => {
    const asked = base.predicates[number];
    return asked?.op === 'number' && asked.compare === 'eq';
  };
  const rules = base.rules.map(({ guard: _, ...rule }) => {
    const guard = guardOf(rule);
    return guard ? { ...rule, guard } : rule;
  });
  return { ...base, rules };
}

/** Every rule found by a pair, the n-th of those that it has, if it has one. */
function pairAll(base: RuleBase, which: number): RuleBase {
  const fieldOf = (numbers: readonly number[]): string | undefined => {
    const fields = new Set(numbers.map((at) => (base.places[at] === 'w' ? base.predicates[at]?.field : undefined)));
    return fields.size === 1 ? [...fields][0] : undefined;
  };
  const pairOf = ({ node, witnesses = [] }: IndexedRule): readonly number[] | undefined => {
    const field = fieldOf(witnesses);
    if (typeof node === 'number' || node.need !== 'all' || field === undefined) return undefined;
    const parts = node.of.flatMap((part) => {
      const leaves = positiveLeaves(part) ?? [];
      const other = fieldOf(leaves);
      return other === undefined || other === field ? [] : [leaves];
    });
    return parts[which % Math.max(1, parts.length)];
  };
  const rules = base.rules.map(({ pair: _, ...rule }) => {
    const pair = pairOf(rule);
    return pair ? { ...rule, pair } : rule;
  });
  return { ...base, rules };
}

/** Images of a base that have been stored as JSON in between. */
function storedImagesOf(base: RuleBase): ImageOf {
  const stored = JSON.stringify(packImage(buildImage(layOut(base))));
  return () => unpackImage(JSON.parse(stored) as PackedImage);
}

function matcherOf(rules: readonly CompiledRule[], imageOf: ImageOf): Matcher {
  return createMatcher(
    rules.map(({ info }) => info),
    [imageOf],
    'none',
  );
}

/** Rules by themselves, as stored, with each of their guards, and with each of their pairs. */
export function matchersOf(expressions: readonly Expr[], which: number): Matcher[] {
  const rules = rulesOf(expressions);
  const base = buildBase(rules);
  const revived = JSON.parse(JSON.stringify(base)) as RuleBase;
  const guarded = guardAll(revived, which);
  const variants = [base, guarded, pairAll(base, which), pairAll(guarded, which + 1)];
  return [storedImagesOf(base), ...variants.map((each) => imagesOf(each, 'none'))].map((imageOf) =>
    matcherOf(rules, imageOf),
  );
}

export function keysOf(matcher: Matcher, said: object): string[] {
  return matcher.match(said, {}).map(({ key }) => key);
}

export function expectedKeys(expressions: readonly Expr[], said: object): string[] {
  return expressions.flatMap((expr, index) => (holds(expr, said) ? [`r${index}`] : []));
}
