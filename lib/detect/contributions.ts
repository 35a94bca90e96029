import type { EventChange, Position } from '../model/change.ts';
import type { EventSummary } from '../model/finding.ts';
import type { DetectionInfo } from '../model/rule.ts';
import { fieldText, fieldValues } from '../sigma/event/fields.ts';
import { needsNumber, needsValue } from './correlations/index.ts';
import { nanosOf, type Row } from './correlations/row.ts';
import { groupOf, hashOf, ruleStateKey } from './identity.ts';
import type { CorrelationPlan, Plans } from './plan.ts';
import type { RuleHit, RuleOutcome, RuleState } from './rule-state.ts';
import { isWithin } from './schedule.ts';

/** Bytes; a longer value is known by its hash, so that a thousand fit into one State item. */
const LONGEST_VALUE = 64;

/** One event's part in one group of a correlation. */
export interface Contribution {
  readonly position: Position;
  readonly row: Row;
}

/** What goes into one State item. */
export interface GroupContributions {
  readonly key: string;
  readonly tenant: string;
  readonly plan: CorrelationPlan;
  readonly group: RuleState['group'];
  readonly contributions: readonly Contribution[];
}

/** Adds an event that matched `detection` to the groups of the correlations that count it. */
export function contribute(
  plans: Plans,
  groups: Groups,
  detection: DetectionInfo,
  change: EventChange,
  summary: EventSummary,
): void {
  const { event, at, order, position, tenant } = change;
  const read = (field: string): string | undefined => fieldText(event, field);
  for (const { plan, rule } of plans.feeds.get(detection.key) ?? []) {
    const { schedule } = plan.info.alert;
    if (schedule && !isWithin(schedule, at)) continue;
    const value = countedValue(plan, event);
    const { ref, activity, actor, target } = summary;
    const fields = Object.fromEntries(plan.extraFields.map((name) => [name, (read(name) ?? '').slice(0, 200)]));
    const row: Row = {
      at,
      nanos: nanosOf(change),
      id: order.id,
      ref,
      by: [rule],
      words: { activity, actor, target, ...(plan.extraFields.length > 0 ? { fields } : {}) },
      ...(value === undefined ? {} : { value }),
      ...(change.history ? { history: true } : {}),
    };
    groups.add(plan, rule, tenant, { position, row }, read);
  }
}

/** What the hits of a correlation's group are to the correlations around it. */
export function chainedGroups(
  plans: Plans,
  outcome: RuleOutcome,
  tenant: string,
  position: Position,
): GroupContributions[] {
  const groups = new Groups();
  for (const { plan, rule } of plans.feeds.get(outcome.rule.key) ?? []) {
    const { schedule } = plan.info.alert;
    for (const hit of outcome.hits) {
      if (schedule && !isWithin(schedule, hit.at)) continue;
      const row = rowOfHit(hit, outcome.group[plan.info.field[0] ?? '']);
      groups.add(plan, rule, tenant, { position, row }, (field) => outcome.group[field]);
    }
  }
  return groups.all();
}

/** Of one field its text or number, of several the tuple; undefined when one is missing. */
function countedValue({ info }: CorrelationPlan, event: object): string | number | undefined {
  if (info.field.length === 0) return undefined;
  if (needsNumber(info)) return numberOf(fieldValues(event, info.field[0] ?? '')[0]);
  const values = info.field.map((field) => fieldText(event, field));
  if (values.some((value) => value === undefined)) return undefined;
  const text = values.length === 1 ? (values[0] ?? '') : JSON.stringify(values);
  return Buffer.byteLength(text) <= LONGEST_VALUE ? text : `sha256:${hashOf([text], 32)}`;
}

/** NetBird serves numbers in `meta` as text. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function rowOfHit({ at, nanos, id, n, history, words }: RuleHit, value: string | undefined): Omit<Row, 'by'> {
  return {
    at,
    nanos,
    id,
    ref: `hit|${id}`,
    ...(value === undefined ? {} : { value }),
    ...(words ? { words } : {}),
    ...(n > 1 ? { n } : {}),
    ...(history ? { history: true } : {}),
  };
}

/** Contributions by State item. */
export class Groups {
  /** By rule and values: the State key's hash is made once a group, not once an event. */
  readonly #byName = new Map<string, GroupContributions & { readonly contributions: Contribution[] }>();
  lacking = 0;

  add(
    plan: CorrelationPlan,
    rule: number,
    tenant: string,
    { position, row }: { position: Position; row: Omit<Row, 'by'> },
    read: (field: string) => string | undefined,
  ): void {
    const values = (plan.groupFields[rule] ?? []).map(read);
    if (values.some((value) => value === undefined) || (needsValue(plan.info) && row.value === undefined)) {
      this.lacking++;
      return;
    }
    const texts = values as string[];
    const name = JSON.stringify([plan.info.key, texts]);
    const known = this.#byName.get(name);
    const contribution = { position, row: { ...row, by: [rule] } };
    if (known) known.contributions.push(contribution);
    else {
      const key = ruleStateKey(tenant, plan.info, texts);
      const group = groupOf(plan.info.groupBy, texts);
      this.#byName.set(name, { key, tenant, plan, group, contributions: [contribution] });
    }
  }

  all(): GroupContributions[] {
    return [...this.#byName.values()];
  }
}
