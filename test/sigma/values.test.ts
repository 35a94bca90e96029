import { fires, item, itemComplaints } from '../support/sigma.ts';

describe('values', () => {
  it('compares whole values, and ignores case', () => {
    expect(item('a: Route.Delete', { a: 'route.DELETE' })).toBe(true);
    expect(item('a: route', { a: 'route.delete' })).toBe(false);
  });

  it.each([
    ['σ', 'ς', true],
    ['Σ', 'ς', true],
    ['straße', 'STRASSE', false],
    ['STRAẞE', 'straße', true],
    ['İ', 'i', false],
    ['K', '\u212a', true],
    ['\u{10400}', '\u{10428}', true],
    ['ǅ', 'ǆ', true],
    ['\u13a0', '\uab70', true],
  ])('folds case code point by code point: %s and %s are the same is %s', (rule, event, same) => {
    expect(item(`a: "${rule}"`, { a: event })).toBe(same);
    expect(item(`a|contains: "${rule}"`, { a: `<${event}>` })).toBe(same);
  });

  it('compares numbers and booleans by value or text', () => {
    expect(item('a: 4688', { a: '4688' })).toBe(true);
    expect(item('a: 4688', { a: 4688 })).toBe(true);
    expect(item("a: '4688'", { a: 4688 })).toBe(true);
    expect(item('a: 0x10', { a: 16 })).toBe(true);
    expect(item('a: 1.0', { a: '1.0' })).toBe(true);
    expect(item('a: 1.0', { a: 1 })).toBe(true);
    expect(item('a: true', { a: true })).toBe(true);
    expect(item('a: true', { a: 'True' })).toBe(true);
    expect(item('a: false', { a: 0 })).toBe(false);
    expect(item('a|startswith: 46', { a: 4688 })).toBe(true);
  });

  it('takes null for missing, for null and for nothing in an array', () => {
    expect(item('a: null', {})).toBe(true);
    expect(item('a: null', { a: null })).toBe(true);
    expect(item('a:', { a: null })).toBe(true);
    expect(item('a: null', { a: '' })).toBe(false);
    expect(item('a: null', { a: 'x' })).toBe(false);
    expect(item('a: null', { a: [] })).toBe(true);
    expect(item('a: null', { a: ['x', null] })).toBe(true);
  });

  it('takes the empty string for nothing but itself', () => {
    expect(item("a: ''", { a: '' })).toBe(true);
    expect(item("a: ''", {})).toBe(false);
    expect(item("a: ''", { a: null })).toBe(false);
  });

  it('accepts null in a list of values, with a warning', () => {
    expect(item('a: [x, null]', {})).toBe(true);
    expect(item('a: [x, null]', { a: 'x' })).toBe(true);
    expect(item('a: [x, null]', { a: 'y' })).toBe(false);
    expect(itemComplaints('a: [x, null]')).toEqual([expect.stringContaining('warning: null in a list')]);
  });

  it('matches any of a list, and all of them with all', () => {
    expect(item('a: [x, y]', { a: 'y' })).toBe(true);
    expect(item('a|contains|all: [x, y]', { a: 'y' })).toBe(false);
    expect(item('a|contains|all: [x, y]', { a: 'yx' })).toBe(true);
  });

  it.each([
    ['a*z', 'a\nbz', true],
    ['a*z', 'az', true],
    ['*', '', true],
    ['a?z', 'abz', true],
    ['a?z', 'az', false],
    ['a?z', 'a\u{1f600}z', true],
    ['a??z', 'a\u{1f600}z', false],
    ['?', '\n', true],
    ['*a?b*c', 'xxaxbyyab-c', true],
    ['*a?b*c', 'ab-c', false],
    ['a*b*c', 'abbcbc', true],
    ['*ab', 'aab', true],
    ['?*?', 'x', false],
  ])('reads wildcards: %s over %j is %s', (rule, event, expected) => {
    expect(item(`a: '${rule}'`, { a: event })).toBe(expected);
  });

  it.each([
    ['C:\\Temp\\x', 'C:\\Temp\\x', true],
    ['a\\\\b', 'a\\b', true],
    ['a\\\\b', 'a\\\\b', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a\\?', 'a?', true],
    ['a\\?', 'ab', false],
    ['a\\\\*', 'a\\bc', true],
    ['a\\\\*', 'a*', false],
    ['a\\\\\\*', 'a\\*', true],
    ['a\\\\\\*', 'a\\bc', false],
    ['a\\\\\\\\b', 'a\\\\b', true],
    ['a\\\\\\b', 'a\\\\b', true],
    ['\\Windows\\', '\\Windows\\', true],
  ])('reads escapes: %s over %s is %s', (rule, event, expected) => {
    expect(item(`a: '${rule}'`, { a: event })).toBe(expected);
  });

  it('keeps a trailing backslash from escaping the star of a modifier', () => {
    expect(item("a|contains: '\\Temp\\'", { a: 'C:\\Temp\\file' })).toBe(true);
    expect(item("a|contains: '\\Temp\\'", { a: 'C:\\Temp*' })).toBe(false);
    expect(item("a|startswith: 'C:\\'", { a: 'C:\\x' })).toBe(true);
    expect(item("a|endswith: '\\x'", { a: 'C:\\x' })).toBe(true);
  });

  it('is two-valued: not over a missing field holds', () => {
    const rule = 'a: {x: 1}\nb: {y: 2}\ncondition: a and not b';
    expect(fires(rule, { x: 1 })).toBe(true);
    expect(fires(rule, { x: 1, y: 2 })).toBe(false);
  });
});

describe('fields', () => {
  it('reads a literal key first, then the path', () => {
    expect(item('a.b: 1', { 'a.b': 1, a: { b: 2 } })).toBe(true);
    expect(item('a.b: 2', { 'a.b': 1, a: { b: 2 } })).toBe(false);
    expect(item('a.b: 2', { a: { b: 2 } })).toBe(true);
    expect(item('a.b.c: 2', { a: { 'b.c': 2 } })).toBe(true);
    expect(item('a.b.c: 2', { 'a.b': { c: 2 } })).toBe(true);
  });

  it('takes any element of arrays, on the way and at the end', () => {
    expect(item('a: x', { a: ['y', ['x']] })).toBe(true);
    expect(item('a.b: x', { a: [{ b: 'y' }, { b: 'x' }, 3] })).toBe(true);
    expect(item('a.b: x', { a: [{ b: 'y' }] })).toBe(false);
  });

  it('is case-sensitive in field names and ignores spaces in them', () => {
    expect(item('A: x', { a: 'x' })).toBe(false);
    expect(item('User Name: x', { UserName: 'x' })).toBe(true);
  });

  it('does not see what objects inherit', () => {
    expect(item('constructor|exists: true', {})).toBe(false);
    expect(item('__proto__|exists: true', {})).toBe(false);
    expect(item('a.length: 1', { a: 'x' })).toBe(false);
    expect(item('__proto__: x', JSON.parse('{"__proto__":"x"}'))).toBe(true);
  });

  it('asks no object as a value', () => {
    expect(item("a: '*'", { a: { b: 1 } })).toBe(false);
    expect(item('a|exists: true', { a: { b: 1 } })).toBe(true);
    expect(item('a: null', { a: { b: 1 } })).toBe(false);
  });
});

describe('keywords', () => {
  const event = { a: { b: ['One two', 3] }, THREE: 'four' };
  it('searches all scalar values at any depth, and no keys', () => {
    expect(fires('k: [TWO]\ncondition: k', event)).toBe(true);
    expect(fires('k: [3]\ncondition: k', event)).toBe(true);
    expect(fires('k: [three]\ncondition: k', event)).toBe(false);
    expect(fires("k: ['o?e*two']\ncondition: k", event)).toBe(true);
    expect(fires('k: two\ncondition: k', event)).toBe(true);
  });

  it('wants all keywords with an empty field and all', () => {
    expect(fires("k: {'|all': [two, four]}\ncondition: k", event)).toBe(true);
    expect(fires("k: {'|all': [two, five]}\ncondition: k", event)).toBe(false);
    expect(fires("k: {'|re': ['f..r$']}\ncondition: k", event)).toBe(true);
    expect(fires("k: {'|re': ['^two']}\ncondition: k", event)).toBe(false);
  });

  it('takes lists of maps, of keywords, and of both', () => {
    const rule = 'k:\n  - a: x\n  - b: y\n    c: z\n  - word\ncondition: k';
    expect(fires(rule, { a: 'x' })).toBe(true);
    expect(fires(rule, { b: 'y' })).toBe(false);
    expect(fires(rule, { b: 'y', c: 'z' })).toBe(true);
    expect(fires(rule, { d: 'a word' })).toBe(true);
  });
});
