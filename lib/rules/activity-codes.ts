import {
  ACTIVITY_CODES,
  activityMessage,
  isKnownActivityCode,
  renamedActivityCode,
} from '../model/catalogue/activity-codes.ts';
import { metaKeysOf } from '../model/catalogue/meta-keys.ts';
import type { Item, Value } from '../sigma/ast.ts';
import { didYouMean } from '../sigma/parse/nearest.ts';
import type { Lists, RuleFile, RuleProblem } from '../sigma/types.ts';
import { type Anatomy, anatomyOf } from './anatomy.ts';
import { fitsGlob } from './glob.ts';

/** Who writes a code. */
export type CodeOrigin = 'open source' | 'closed source' | 'never written by the open-source server';

/** Warnings for activity codes that no NetBird is known to write: the list is open, so that they are no errors. */
export function checkActivityCodes(files: readonly RuleFile[], lists: Lists): RuleProblem[] {
  return files.flatMap((file) => {
    const anatomies = [...anatomyOf([file], lists).values()];
    return anatomies.flatMap(({ codes }) =>
      codes.filter(isExact).flatMap(({ values }) => values.flatMap((value) => problemOf(file.file, value))),
    );
  });
}

/** Known codes that the rule can match, with who writes each. */
export function codesMatched({ codes }: Anatomy): { code: string; origin: CodeOrigin }[] {
  const patterns = codes.flatMap((item) => item.values.map((value) => patternOf(item, value)));
  return ACTIVITY_CODES.filter((code) => patterns.some((pattern) => fitsGlob(code, pattern))).map((code) => ({
    code,
    origin: originOf(code),
  }));
}

function originOf(code: string): CodeOrigin {
  if (activityMessage(code) === undefined) return 'closed source';
  return metaKeysOf(code)?.written === false ? 'never written by the open-source server' : 'open source';
}

function isExact({ modifiers }: Item): boolean {
  return modifiers.length === 0 || (modifiers.length === 1 && modifiers[0] === 'cased');
}

function problemOf(file: string, { source, at }: Value): RuleProblem[] {
  const code = source.toLowerCase();
  if (/[*?\\]/.test(code) || code === '' || isKnownActivityCode(code)) return [];
  const renamed = renamedActivityCode(code);
  const hint =
    renamed === undefined
      ? (didYouMean(code, ACTIVITY_CODES) ?? 'Servers newer than the catalogue may write it.')
      : `NetBird calls it "${renamed}" since v0.39.0: name both.`;
  return [{ level: 'warning', file, ...at, message: `"${source}" is not a known activity code`, hint }];
}

/** Only what says which codes are meant: wildcards and places; everything else may be any code. */
function patternOf({ modifiers }: Item, { source }: Value): string {
  if (modifiers.some((name) => !['contains', 'startswith', 'endswith', 'cased'].includes(name))) return '*';
  const before = modifiers.includes('contains') || modifiers.includes('endswith') ? '*' : '';
  const after = modifiers.includes('contains') || modifiers.includes('startswith') ? '*' : '';
  return `${before}${source}${after}`;
}
