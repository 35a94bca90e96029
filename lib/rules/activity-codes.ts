import { ACTIVITY_CODES, activityMessage } from '../model/catalogue/activity-codes.ts';
import { metaKeysOf } from '../model/catalogue/meta-keys.ts';
import type { Item, Value } from '../sigma/ast.ts';
import type { Anatomy } from './anatomy.ts';
import { fitsGlob } from './glob.ts';

/** Who writes a code. */
export type CodeOrigin = 'open source' | 'closed source' | 'never written by the open-source server';

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

/** Only what says which codes are meant: wildcards and places; everything else may be any code. */
function patternOf({ modifiers }: Item, { source }: Value): string {
  if (modifiers.some((name) => !['contains', 'startswith', 'endswith', 'cased'].includes(name))) return '*';
  const before = modifiers.includes('contains') || modifiers.includes('endswith') ? '*' : '';
  const after = modifiers.includes('contains') || modifiers.includes('startswith') ? '*' : '';
  return `${before}${source}${after}`;
}
