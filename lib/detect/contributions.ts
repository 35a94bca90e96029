import type { EventChange, Position } from '../model/change.ts';
import type { EventSummary } from '../model/finding.ts';
import type { DetectionInfo } from '../model/rule.ts';
import { fieldValues } from '../sigma/event/fields.ts';
import { needsNumber } from './correlations/index.ts';
import { nanosOf, type Row } from './correlations/row.ts';
import { groupOf, hashOf, ruleStateKey } from './identity.ts';
import type { CorrelationPlan, Plans } from './plan.ts';
import { type FieldReader, readerOf } from './read-field.ts';
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
    if (growth && !plan.takesGrowth) continue;
    addTo(groups, plan, rule, told);
  }
}

function addTo(groups: Groups, plan: CorrelationPlan, rule: number, told: ToldChange): void {
  const { change, names } = told;
  const { event, position, tenant } = change;
  const isVolume = plan.info.baseline !== undefined;
  const group = groups.of(plan, tenant, valuesOf(plan.groupReaders[rule] ?? [], event));
  if (!group) return;
  const row = isVolume ? volumeRow(plan, rule, change, amountOf(plan, event)) : rowOf(plan, rule, told);
  if (groups.lacksValue(plan, row)) return;
  if (isVolume && group.contributions.length === 0) {
    const named = groupNames(plan.groupFields[rule] ?? [], event, names);
    group.contributions.push({ position, row: Object.keys(named).length > 0 ? { ...row, names: named } : row });
  } else group.contributions.push({ position, row });
}

/** A change, and what an alert would tell of it. */
export interface ToldChange {
  readonly change: EventChange;
  readonly names: Names;
  /** Made at first need: most volumes are never told event by event. */
  summary(): EventSummary;
}

function rowOf(plan: CorrelationPlan, rule: number, { change, summary }: ToldChange): Row {
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
    by: [rule],
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
  const read = (field: string): string | undefined => outcome.group[field];
  for (const { plan, rule } of plans.feeds.get(outcome.rule.key) ?? []) {
    const { schedule } = plan.info.alert;
    const readers = (plan.groupFields[rule] ?? []).map((field) => () => read(field));
    const counted = schedule ? outcome.hits.filter(({ at }) => isWithin(schedule, at)) : outcome.hits;
    for (const hit of counted) {
      const row = rowOfHit(hit, rule, read(plan.info.field[0] ?? ''));
      const group = groups.of(plan, tenant, valuesOf(readers, outcome));
      if (group && !groups.lacksValue(plan, row)) group.contributions.push({ position, row });
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
  if (typeof direct === 'number') return numberOf(direct);
  // A plain key that is not there is nowhere else either.
  return direct === undefined && !field.includes('.') ? undefined : numberOf(fieldValues(event, field)[0]);
}

/** NetBird serves numbers in `meta` as text. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function rowOfHit({ at, nanos, id, n, history, words }: RuleHit, rule: number, value: string | undefined): Row {
  return {
    at,
    nanos,
    id,
    ref: `hit|${id}`,
    by: [rule],
    ...(value === undefined ? {} : { value }),
    ...(words ? { words } : {}),
    ...(n > 1 ? { n } : {}),
    ...(history ? { history: true } : {}),
  };
}

function valuesOf(readers: readonly FieldReader[], event: object): string[] | undefined {
  const values: string[] = [];
  for (const read of readers) {
    const value = read(event);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

type OpenGroup = GroupContributions & { readonly contributions: Contribution[] };

/** Contributions by State item. */
export class Groups {
  /** By rule, then by values: the State key's hash is made once a group, not once an event. */
  readonly #byPlan = new Map<CorrelationPlan, Map<string, OpenGroup>>();
  lacking = 0;

  /** The group with these values; undefined, and counted, where one of the fields that make it is lacking. */
  of(plan: CorrelationPlan, tenant: string, values: readonly string[] | undefined): OpenGroup | undefined {
    if (!values) {
      this.lacking++;
      return undefined;
    }
    const groups = this.#byPlan.get(plan) ?? new Map<string, OpenGroup>();
    if (groups.size === 0) this.#byPlan.set(plan, groups);
    const name = values.length === 1 ? (values[0] ?? '') : JSON.stringify(values);
    const known = groups.get(name);
    if (known) return known;
    const key = ruleStateKey(tenant, plan.info, values);
    const group = { key, tenant, plan, group: groupOf(plan.info.groupBy, values), contributions: [] };
    groups.set(name, group);
    return group;
  }

  /** Whether the type needs a value that the event does not have; counts it. */
  lacksValue({ needsValue }: CorrelationPlan, row: Row): boolean {
    const lacks = row.value === undefined && needsValue;
    if (lacks) this.lacking++;
    return lacks;
  }

  all(): GroupContributions[] {
    return [...this.#byPlan.values()]
      .flatMap((groups) => [...groups.values()])
      .filter(({ contributions }) => contributions.length > 0);
  }
}
