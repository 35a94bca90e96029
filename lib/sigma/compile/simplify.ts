import { ALWAYS, type Expr, NEVER } from '../ast.ts';

/** Any of them; nested `or` flattened, constants folded. */
export function anyOf(parts: readonly Expr[]): Expr {
  const flat = parts.flatMap((part) => ('or' in part ? part.or : [part]));
  if (flat.some(isAlways)) return ALWAYS;
  const [only] = flat;
  return flat.length === 1 && only ? only : { or: flat };
}

/** All of them; nested `and` flattened, constants folded. */
export function allOf(parts: readonly Expr[]): Expr {
  const flat = parts.flatMap((part) => ('and' in part ? part.and : [part]));
  if (flat.some(isNever)) return NEVER;
  const [only] = flat;
  return flat.length === 1 && only ? only : { and: flat };
}

export function noneOf(part: Expr): Expr {
  if (isAlways(part)) return NEVER;
  if (isNever(part)) return ALWAYS;
  return 'not' in part ? part.not : { not: part };
}

/** At least `least` of them. */
export function someOf(least: number, parts: readonly Expr[]): Expr {
  const sure = parts.filter(isAlways).length;
  const open = parts.filter((part) => !isAlways(part) && !isNever(part));
  const needed = least - sure;
  if (needed <= 0) return ALWAYS;
  if (needed > open.length) return NEVER;
  if (needed === 1) return anyOf(open);
  return needed === open.length ? allOf(open) : { least: needed, of: open };
}

export function isAlways(expr: Expr): boolean {
  return 'and' in expr && expr.and.length === 0;
}

export function isNever(expr: Expr): boolean {
  return 'or' in expr && expr.or.length === 0;
}
