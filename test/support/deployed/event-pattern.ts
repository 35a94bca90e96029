/** Whether a record passes a pattern of an event source mapping's filter criteria. */
export function matchesPattern(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((condition) => meets(condition, value));
  if (typeof pattern !== 'object' || pattern === null) throw new RangeError('A pattern is an object or a list');
  return Object.entries(pattern).every(([key, inner]) => {
    return matchesPattern(inner, (value as Record<string, unknown> | undefined)?.[key]);
  });
}

function meets(condition: unknown, value: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return condition === value;
  const [[operator, operand] = [], ...more] = Object.entries(condition);
  if (more.length > 0) throw new RangeError('A condition of a pattern has one operator');
  switch (operator) {
    case 'exists':
      return (value !== undefined) === operand;
    case 'prefix':
      return typeof value === 'string' && value.startsWith(operand);
    case 'suffix':
      return typeof value === 'string' && value.endsWith(operand);
    case 'anything-but':
      return value !== undefined && !(Array.isArray(operand) ? operand : [operand]).includes(value);
    default:
      throw new RangeError(`The pattern operator ${operator} is not known to this harness`);
  }
}
