import type { CorrelationInfo, DetectionInfo } from '../model/rule.ts';
import { assemble, type CompiledRule, listUses } from './assemble.ts';
import type { Item, Logic } from './ast.ts';
import { buildBase } from './build.ts';
import { compileLogic } from './compile/logic.ts';
import type { RuleBase } from './index/base.ts';
import { type PackedImage, packImage, unpackImage } from './index/pack-image.ts';
import { createMatcher, type ImageOf, imagesOf, type Routing, routingKey } from './match/matcher.ts';
import { parseFile } from './parse/document.ts';
import type { Lists, LoadOptions, RuleFile, RuleProblem, RuleSet } from './types.ts';

/** What `prebuildRuleSet` writes. */
interface Prebuilt {
  readonly format: 3;
  readonly routing: Routing;
  readonly infos: readonly DetectionInfo[];
  /** Of rules without lists: a source that rules name → the image for its events. */
  readonly images: readonly (readonly [source: string, image: PackedImage])[];
  /** The same rules as a `RuleBase`, for other sources: a text, as it is rarely read. */
  readonly base: string;
  /** Rules of which lists decide what they match, by their places. */
  readonly withLists: readonly (readonly [order: number, logic: Logic<Item>])[];
  readonly correlations: readonly CorrelationInfo[];
}

/** Rules with errors in a bundle: tells all of them. */
export class PrebuildError extends Error {
  override readonly name = 'PrebuildError';
  readonly retryable = false;
  readonly problems: readonly RuleProblem[];

  constructor(problems: readonly RuleProblem[]) {
    const [first] = problems;
    super(
      `${problems.length} errors in the rules, the first in ${first?.file}:${first?.line}: ${first?.message}. Run "rules check".`,
    );
    this.problems = problems;
  }
}

/**
 * The rules as JSON that `readPrebuiltRules` turns into a set within milliseconds; without their tests. Lists are filled
 * in when it is revived. Throws PrebuildError when a rule has errors.
 */
export function prebuildRuleSet(files: readonly RuleFile[], options: LoadOptions = {}): string {
  const problems: RuleProblem[] = [];
  const documents = files.flatMap((file) => parseFile(file, problems));
  const { detections, correlations } = assemble(documents, { ...options, unresolvedLists: 'empty' });
  const errors = problems.filter((problem) => problem.level === 'error');
  if (errors.length > 0) throw new PrebuildError(errors);
  const routing = options.routing ?? 'logsource';
  const plain = detections.flatMap(({ logic }, order) => (logic ? [] : [order]));
  const base = buildBase(
    detections.filter(({ logic }) => !logic),
    plain,
  );
  const prebuilt: Prebuilt = {
    format: 3,
    routing,
    infos: detections.map(({ info }) => info),
    images: packImages(base, routing),
    base: JSON.stringify(base),
    withLists: detections.flatMap(({ logic }, order) => (logic ? [[order, logic] as const] : [])),
    correlations,
  };
  return JSON.stringify(prebuilt);
}

function packImages(base: RuleBase, routing: Routing): [string, PackedImage][] {
  const imageOf = imagesOf(base, routing);
  const sources = new Map(base.rules.map(({ logsource }) => [routingKey(logsource, routing), logsource]));
  return [...sources].flatMap(([key, source]): [string, PackedImage][] => {
    const image = imageOf(source);
    return image ? [[key, packImage(image)]] : [];
  });
}

/** Rules out of a prebuilt text, before their lists are filled in. */
export interface PrebuiltRules {
  /** The lists that rules name, in order. */
  readonly listNames: readonly string[];
  /** The set, within milliseconds. Rules that use lists are compiled here; a list that is not there matches nothing. */
  revive(lists?: Lists): RuleSet;
}

/** Reads what `prebuildRuleSet` wrote. */
export function readPrebuiltRules(json: string): PrebuiltRules {
  const prebuilt = JSON.parse(json) as Prebuilt;
  const { infos, withLists } = prebuilt;
  const users = withLists.map(([order, logic]) => ({ info: infos[order] as DetectionInfo, logic }));
  return {
    listNames: listUses(users, new Map()).map(({ name }) => name),
    revive: (lists = new Map()) => reviveRuleSet(prebuilt, lists),
  };
}

function reviveRuleSet({ routing, infos, images, base, withLists, correlations }: Prebuilt, lists: Lists): RuleSet {
  const listed = withLists.map(([order, logic]) => compileWith(infos[order] as DetectionInfo, logic, lists));
  const listBase = buildBase(
    listed,
    withLists.map(([order]) => order),
  );
  const packed = new Map(images);
  const otherwise = once(() => imagesOf(JSON.parse(base) as RuleBase, routing));
  const prebuilt: ImageOf = (source) => {
    const known = packed.get(routingKey(source, routing));
    return known ? unpackImage(known) : otherwise()(source);
  };
  return {
    rules: [...infos, ...correlations],
    tests: new Map(),
    matcher: createMatcher(infos, [prebuilt, imagesOf(listBase, routing)], routing),
    lists: listUses(listed, lists),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function compileWith(info: DetectionInfo, logic: Logic<Item>, lists: Lists): CompiledRule {
  const zone = info.alert.schedule?.zone ?? 'UTC';
  const expr = compileLogic(logic, { lists, zone, emptyUnknownLists: true }, () => undefined);
  return { info, logic, expr };
}
