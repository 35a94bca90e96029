import type { Rule } from '../model/rule.ts';
import type { StateItem, StateStore } from '../store/ports.ts';

export function ruleVersionsKey(tenant: string): string {
  return `rules#${tenant}`;
}

/** Compares the correlations with what ran here last, keeps them, and says which of them start fresh. */
export async function noteRuleVersions(
  state: StateStore,
  item: StateItem | undefined,
  tenant: string,
  rules: readonly Rule[],
): Promise<string[]> {
  const before = (item?.body as { versions?: Record<string, string> } | undefined)?.versions;
  const correlations = rules.filter(({ kind }) => kind === 'correlation');
  const versions = Object.fromEntries(correlations.map(({ key, version }) => [key, version]));
  if (before && JSON.stringify(before) === JSON.stringify(versions)) return [];
  // A lost race is no loss: whoever won has told the same.
  const key = ruleVersionsKey(tenant);
  await state.put({ key, version: (item?.version ?? 0) + 1, body: { versions } });
  return correlations
    .filter(({ key, version }) => before?.[key] !== undefined && before[key] !== version)
    .map(({ key }) => `Rule ${key} has changed and starts fresh: what it had counted so far does not count any more.`);
}
