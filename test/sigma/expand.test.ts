import { item, itemComplaints } from '../support/sigma.ts';

describe('expand', () => {
  const lists = new Map([
    ['Admins', ['root', 'A*']],
    ['Nets', ['10.0.0.0/8', 'fc00::/7']],
    ['None', []],
  ]);
  it('puts the entries of a list in the place of its name', () => {
    expect(item("a|expand: '%Admins%'", { a: 'ROOT' }, lists)).toBe(true);
    expect(item("a|expand: 'x-%Admins%-y'", { a: 'x-root-y' }, lists)).toBe(true);
    expect(item("a|endswith|expand: '@%Admins%'", { a: 'me@root' }, lists)).toBe(true);
    expect(item("a|cidr|expand: '%Nets%'", { a: 'fd00::1' }, lists)).toBe(true);
    expect(item("a|expand: '%Admins%%Admins%'", { a: 'roota*' }, lists)).toBe(true);
  });

  it('takes entries literally, wildcards in them included', () => {
    expect(item("a|expand: '%Admins%'", { a: 'a*' }, lists)).toBe(true);
    expect(item("a|expand: '%Admins%'", { a: 'abc' }, lists)).toBe(false);
  });

  it('is a placeholder only with the modifier, and not after a backslash', () => {
    expect(item("a: '%Admins%'", { a: '%admins%' }, lists)).toBe(true);
    expect(item("a|expand: '\\%Admins\\%'", { a: '%Admins%' }, lists)).toBe(true);
    expect(item("a|expand: '100%'", { a: '100%' }, lists)).toBe(true);
  });

  it('matches nothing with an empty list, and everything with neq', () => {
    expect(item("a|expand: '%None%'", { a: '' }, lists)).toBe(false);
    expect(item("a|expand|neq: '%None%'", { a: 'x' }, lists)).toBe(true);
    expect(item("a|contains|all|expand: ['%None%', x]", { a: 'x' }, lists)).toBe(false);
  });

  it('refuses what looks like the name of a list and is none, and warns where no value names one', () => {
    const hint = 'The names of lists have letters, digits and "_" only; a percent sign is written "\\%".';
    for (const name of ['%my-list%', '%my list%', '%a.b%', '%\u00fc%'])
      expect(itemComplaints(`a|expand: ['%Admins%', '${name}']`, { lists })).toEqual([
        `error: "${name}" names no list | ${hint}`,
      ]);
    const idle = 'warning: expand changes nothing: no value names a list | Write the name of a list as %name%.';
    for (const value of ['plain', "'100%'", "'\\%my-list\\%'", '[a, b]', '5'])
      expect(itemComplaints(`a|expand: ${value}`, { lists })).toEqual([idle]);
    for (const value of ['[plain, "%Admins%"]', '"%Admins% and %None%"', '"%%Admins%5%"'])
      expect(itemComplaints(`a|expand: ${value}`, { lists })).toEqual([]);
  });

  it('refuses a list that is not defined, unless told otherwise', () => {
    expect(itemComplaints("a|expand: '%Nobody%'")).toEqual([
      'error: the list "Nobody" is not defined | Define it, even if it is empty.',
    ]);
    expect(itemComplaints("a|expand: '%Nobody%'", { unresolvedLists: 'empty' })).toEqual([]);
  });
});
