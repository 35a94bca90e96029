/** Evaluates a subscription's filter policy (scope MessageAttributes) as SNS does, for the local runtime. */

type Scalar = string | number | boolean | null;

/** A message attribute as SNS's Publish has it. */
export interface MessageAttribute {
  /** `String`, `Number` or `String.Array`; `Binary` matches nothing. */
  readonly DataType: string;
  readonly StringValue?: string;
}

/** Attribute → what it may be: any one of the conditions. */
export type FilterPolicy = Readonly<Record<string, readonly unknown[]>>;

/**
 * Whether a message with these attributes passes. Throws RangeError on an operator that is not known here: SNS refuses
 * such a policy, and to let everything pass would tell too much.
 */
export function matchesFilterPolicy(
  policy: FilterPolicy,
  attributes: Readonly<Record<string, string | MessageAttribute>>,
): boolean {
  return Object.entries(policy).every(([name, conditions]) => {
    const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const values = attribute === undefined ? [] : valuesOf(attribute);
    const hasOthers = Object.keys(attributes).length > 0;
    return conditions.some((condition) => matches(condition, values, hasOthers));
  });
}

function valuesOf(attribute: string | MessageAttribute): Scalar[] {
  if (typeof attribute === 'string') return attribute === '' ? [] : [attribute];
  const { DataType, StringValue = '' } = attribute;
  if (StringValue === '') return [];
  switch (DataType.split('.', 1)[0]) {
    case 'Number':
      return [Number(StringValue)];
    case 'String':
      return DataType === 'String.Array' ? arrayOf(StringValue) : [StringValue];
    default:
      return [];
  }
}

function arrayOf(json: string): Scalar[] {
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function matches(condition: unknown, values: readonly Scalar[], hasOthers: boolean): boolean {
  if (typeof condition !== 'object' || condition === null) return values.some((value) => value === condition);
  const [entry, ...more] = Object.entries(condition);
  if (!entry || more.length > 0) throw new RangeError('A condition of a filter policy has exactly one operator');
  const [operator, operand] = entry;
  if (operator === 'exists') return operand ? values.length > 0 : values.length === 0 && hasOthers;
  return values.some((value) => holds(operator, operand, value));
}

function holds(operator: string, operand: unknown, value: Scalar): boolean {
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(operand));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase();
    case 'anything-but':
      return !isAnyOf(operand, value);
    case 'numeric':
      return typeof value === 'number' && inRange(operand, value);
    default:
      throw new RangeError(`Filter policy operator "${operator}" is not known here`);
  }
}

/** What `anything-but` excludes: values, or one condition. */
function isAnyOf(operand: unknown, value: Scalar): boolean {
  if (Array.isArray(operand)) return operand.some((each) => isAnyOf(each, value));
  return matches(operand, [value], true);
}

/** `["=", 5]`, `[">", 0, "<=", 10]`. */
function inRange(operand: unknown, value: number): boolean {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 > 0) {
    throw new RangeError('"numeric" takes pairs of a comparison and a number');
  }
  for (let index = 0; index < operand.length; index += 2) {
    if (!compares(operand[index], value, Number(operand[index + 1]))) return false;
  }
  return true;
}

function compares(comparison: unknown, value: number, bound: number): boolean {
  switch (comparison) {
    case '=':
      return value === bound;
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    default:
      throw new RangeError(`"numeric" does not know the comparison "${String(comparison)}"`);
  }
}
