import { hashOf } from '../detect/identity.ts';
import { clean } from '../detect/title.ts';
import type { Position } from '../model/change.ts';
import type { Clock } from '../model/clock.ts';
import type { Finding } from '../model/finding.ts';
import { microsOf } from '../model/timestamp.ts';
import { advance } from '../store/advance.ts';
import type { StateItem, StateStore } from '../store/ports.ts';

/** Failures in a row after which an operator hears of it. */
const TOLD_AFTER = 3;

/** State `ruleerrors#<tenant>`: rule → failures in a row. */
type ErrorCounts = Readonly<Record<string, number>>;

/** A rule failed, or worked again. */
export interface RuleOutcomeAt {
  readonly position: Position;
  readonly rule: string;
  readonly error?: string;
}

export function ruleErrorsKey(tenant: string): string {
  return `ruleerrors#${tenant}`;
}

/** The rules that failed last time they were asked. */
export function failingRules(item: StateItem | undefined): string[] {
  return Object.keys((item?.body as { value?: ErrorCounts } | undefined)?.value ?? {});
}

/** Counts failures in a row, each once, and tells an operator at the third. No rule goes quiet unsaid. */
export async function noteRuleErrors(
  state: StateStore,
  clock: Clock,
  tenant: string,
  outcomes: readonly RuleOutcomeAt[],
  tell: (findings: readonly Finding[]) => Promise<void>,
): Promise<void> {
  if (outcomes.length === 0) return;
  const key = ruleErrorsKey(tenant);
  const step = {
    key,
    dueFor: `${tenant}#errors`,
    contributions: outcomes,
    reduce(value: ErrorCounts | undefined, fresh: readonly RuleOutcomeAt[]) {
      const counts: Record<string, number> = { ...value };
      const caused: { rule: string; error: string }[] = [];
      for (const { rule, error } of fresh) {
        if (error === undefined) delete counts[rule];
        else {
          counts[rule] = (counts[rule] ?? 0) + 1;
          if (counts[rule] === TOLD_AFTER) caused.push({ rule, error });
        }
      }
      return { value: counts, caused };
    },
  };
  await advance(
    state,
    [step],
    (caused) =>
      tell(
        caused.flatMap(({ version, items }) =>
          items.map(({ rule, error }) => errorFinding(tenant, rule, error, { key, version, clock })),
        ),
      ),
    clock,
  );
}

function errorFinding(
  tenant: string,
  rule: string,
  error: string,
  { key, version, clock }: { key: string; version: number; clock: Clock },
): Finding {
  const at = microsOf(clock());
  const reason = clean(error).slice(0, 200);
  return {
    id: hashOf(['rule-error', tenant, rule, version], 32),
    tenant,
    rule: {
      key: 'netbird-alerts-rule-error',
      title: 'A rule fails',
      status: 'stable',
      severity: 'high',
      suppressMs: 86_400_000,
      description: 'The rule threw an error three times in a row. The other rules go on; this one finds nothing.',
    },
    dedupKey: rule,
    group: { rule },
    title: `Rule ${clean(rule)} fails: ${reason}. Check it with "netbird-alerts rules check".`,
    at,
    firstEventAt: at,
    lastEventAt: at,
    count: 1,
    samples: [],
    notify: true,
    position: { stream: 'state', partition: key, sequence: String(version) },
  };
}
