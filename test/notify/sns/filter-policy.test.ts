import { DEFAULT_SUBSCRIBERS, filterPolicyOf } from '../../../lib/model/config.ts';
import { type FilterPolicy, matchesFilterPolicy } from '../../../lib/notify/sns/filter-policy.ts';

const attributes = {
  severity: 'high',
  rule: 'route_deleted',
  count: { DataType: 'Number', StringValue: '14' },
  tags: { DataType: 'String.Array', StringValue: '["network", "audit", 7, null]' },
  blob: { DataType: 'Binary' },
};

it.each<[boolean, FilterPolicy]>([
  [true, {}],
  [true, { severity: ['critical', 'high'] }],
  [false, { severity: ['critical'] }],
  [false, { severity: ['High'] }],
  [true, { severity: ['high'], rule: ['route_deleted'] }],
  [false, { severity: ['high'], rule: ['other'] }],
  [false, { absent: ['x'] }],
  [true, { rule: [{ prefix: 'route_' }] }],
  [false, { rule: [{ prefix: 'policy_' }] }],
  [true, { rule: [{ suffix: '_deleted' }] }],
  [true, { severity: [{ 'equals-ignore-case': 'HIGH' }] }],
  [true, { severity: [{ 'anything-but': ['low', 'medium'] }] }],
  [false, { severity: [{ 'anything-but': 'high' }] }],
  [false, { rule: [{ 'anything-but': { prefix: 'route_' } }] }],
  [false, { absent: [{ 'anything-but': 'x' }] }],
  [true, { severity: ['low', { prefix: 'hi' }] }],
  [true, { count: [14] }],
  [true, { count: [{ numeric: ['=', 14] }] }],
  [true, { count: [{ numeric: ['>', 10, '<=', 14] }] }],
  [false, { count: [{ numeric: ['>', 14] }] }],
  [true, { count: [{ numeric: ['>=', 14] }, { numeric: ['<', 0] }] }],
  [false, { severity: [{ numeric: ['>', 0] }] }],
  [true, { count: [{ 'anything-but': [100] }] }],
  [true, { tags: ['audit'] }],
  [true, { tags: [7] }],
  [true, { tags: [null] }],
  [true, { tags: [{ 'anything-but': ['network'] }] }],
  [true, { severity: [{ exists: true }] }],
  [false, { severity: [{ exists: false }] }],
  [true, { absent: [{ exists: false }] }],
  [false, { absent: [{ exists: true }] }],
  [false, { blob: [{ exists: true }] }],
  [false, { toString: [{ exists: true }] }],
])('is %s for %j', (passes, policy) => {
  expect(matchesFilterPolicy(policy, attributes)).toBe(passes);
});

it('does not match "exists: false" on a message without attributes, as SNS', () => {
  expect(matchesFilterPolicy({ severity: [{ exists: false }] }, {})).toBe(false);
});

it.each<FilterPolicy>([
  { severity: [{ like: 'h*' }] },
  { severity: [{ prefix: 'h', suffix: 'h' }] },
  { count: [{ numeric: ['>'] }] },
  { count: [{ numeric: ['~', 1] }] },
])('refuses %j, which SNS would refuse', (policy) => {
  expect(() => matchesFilterPolicy(policy, attributes)).toThrow(RangeError);
});

it('sends medium to the default e-mail subscriber only', () => {
  const told = DEFAULT_SUBSCRIBERS.filter((one) => matchesFilterPolicy(filterPolicyOf(one), { severity: 'medium' }));
  expect(told.map(({ protocol }) => protocol)).toEqual(['email']);
});
