import type { EventChange, Position } from '../model/change.ts';
import type { EventSummary } from '../model/finding.ts';
import type { DetectionInfo } from '../model/rule.ts';
import { fieldValues } from '../sigma/event/fields.ts';
import { needsNumber, needsValue, takesGrowth } from './correlations/index.ts';
import { nanosOf, type Row } from './correlations/row.ts';
import { groupOf, hashOf, ruleStateKey } from './identity.ts';
import type { CorrelationPlan, Plans } from './plan.ts';
import { readerOf } from './read-field.ts';
import type { RuleHit, RuleOutcome, RuleState } from './rule-state.ts';
import { isWithin } from './schedule.ts';
import type { Names } from './summary.ts';
import { groupNames, volumeRow } from './volume-row.ts';

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
export function contribute(plans: Plans, groups: Groups, detection: DetectionInfo, told: ToldChange): void {
  const { at, growth } = told.change;
  for (const { plan, rule } of plans.feeds.get(detection.key) ?? []) {
    const { schedule } = plan.info.alert;
    if (schedule && !isWithin(schedule, at)) continue;
    // All but amounts have counted the row when it was new.
    if (growth && !takesGrowth(plan.info)) continue;
    addTo(groups, plan, rule, told);
  }
}

function addTo(groups: Groups, plan: CorrelationPlan, rule: number, told: ToldChange): void {
  const { change, names } = told;
  const { event, position, tenant } = change;
  const isVolume = plan.info.baseline !== undefined;
  const row = isVolume ? volumeRow(plan, change, amountOf(plan, event)) : rowOf(plan, told);
  const added = groups.add(plan, rule, tenant, { position, row }, (field) => readerOf(field)(event));
  if (added && isVolume) groups.name(added, groupNames(plan.groupFields[rule] ?? [], event, names));
}

/** A change, and what an alert would tell of it. */
export interface ToldChange {
  readonly change: EventChange;
  readonly names: Names;
  /** Made at first need: most volumes are never told event by event. */
  summary(): EventSummary;
}

function rowOf(plan: CorrelationPlan, { change, summary }: ToldChange): Omit<Row, 'by'> {
  const { event, at, order } = change;
  const value = countedValue(plan, event);
  const { ref, activity, actor, target } = summary();
  const fields = Object.fromEntries(
    plan.extraFields.map((name) => [name, (readerOf(name)(event) ?? '').slice(0, 200)]),
  );
  return {
    at,
    nanos: nanosOf(change),
    id: order.id,
    ref,
    words: { activity, actor, target, ...(plan.extraFields.length > 0 ? { fields } : {}) },
    ...(value === undefined ? {} : { value }),
    ...(change.history ? { history: true } : {}),
  };
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
function countedValue({ info }: Pick<CorrelationPlan, 'info'>, event: object): string | number | undefined {
  if (info.field.length === 0) return undefined;
  if (needsNumber(info)) return amountOf({ info }, event);
  const values = info.field.map((field) => readerOf(field)(event));
  if (values.some((value) => value === undefined)) return undefined;
  const text = values.length === 1 ? (values[0] ?? '') : JSON.stringify(values);
  return Buffer.byteLength(text) <= LONGEST_VALUE ? text : `sha256:${hashOf([text], 32)}`;
}

function amountOf({ info }: Pick<CorrelationPlan, 'info'>, event: object): number | undefined {
  const [field] = info.field;
  if (field === undefined) return undefined;
  const direct = (event as Readonly<Record<string, unknown>>)[field];
  return numberOf(typeof direct === 'number' ? direct : fieldValues(event, field)[0]);
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

interface NewGroup {
  readonly contributions: Contribution[];
}

/** Contributions by State item. */
export class Groups {
  /** By rule and values: the State key's hash is made once a group, not once an event. */
  readonly #byName = new Map<string, GroupContributions & { readonly contributions: Contribution[] }>();
  lacking = 0;

  /** Adds to a group; returns the contribution where it is the group's first. */
  add(
    plan: CorrelationPlan,
    rule: number,
    tenant: string,
    { position, row }: { position: Position; row: Omit<Row, 'by'> },
    read: (field: string) => string | undefined,
  ): NewGroup | undefined {
    const values = (plan.groupFields[rule] ?? []).map(read);
    if (values.some((value) => value === undefined) || (needsValue(plan.info) && row.value === undefined)) {
      this.lacking++;
      return undefined;
    }
    const texts = values as string[];
    const name = JSON.stringify([plan.info.key, texts]);
    const known = this.#byName.get(name);
    const contribution = { position, row: { ...row, by: [rule] } };
    if (known) {
      known.contributions.push(contribution);
      return undefined;
    }
    const key = ruleStateKey(tenant, plan.info, texts);
    const group = groupOf(plan.info.groupBy, texts);
    const contributions = [contribution];
    this.#byName.set(name, { key, tenant, plan, group, contributions });
    return { contributions };
  }

  /** Says what the values of a group are called. */
  name({ contributions }: NewGroup, names: Readonly<Record<string, string>>): void {
    const [first] = contributions;
    if (first && Object.keys(names).length > 0) contributions[0] = { ...first, row: { ...first.row, names } };
  }

  all(): GroupContributions[] {
    return [...this.#byName.values()];
  }
}
