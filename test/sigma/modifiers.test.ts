import { item, itemComplaints } from '../support/sigma.ts';

const base64 = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding).toString('base64');

describe('modifiers', () => {
  it('finds contains, startswith and endswith', () => {
    expect(item('a|contains: b', { a: 'aBc' })).toBe(true);
    expect(item('a|startswith: b', { a: 'aBc' })).toBe(false);
    expect(item('a|startswith: a', { a: 'aBc' })).toBe(true);
    expect(item('a|endswith: c', { a: 'aBc' })).toBe(true);
    expect(item('a|endswith: b', { a: 'aBc' })).toBe(false);
    expect(item("a|contains: 'a?c*e'", { a: '_abcde_' })).toBe(true);
  });

  it('tells with exists whether the key is there', () => {
    expect(item('a|exists: true', { a: null })).toBe(true);
    expect(item('a|exists: true', { a: '' })).toBe(true);
    expect(item('a|exists: true', { a: [] })).toBe(true);
    expect(item('a|exists: true', {})).toBe(false);
    expect(item('a|exists: false', {})).toBe(true);
    expect(item('a.b|exists: true', { a: [{ b: null }] })).toBe(true);
  });

  it('compares case with cased', () => {
    expect(item('a|cased: X', { a: 'x' })).toBe(false);
    expect(item('a|cased: X', { a: 'X' })).toBe(true);
    expect(item('a|contains|cased: Xy', { a: '-Xy-' })).toBe(true);
    expect(item('a|contains|cased: Xy', { a: '-xy-' })).toBe(false);
  });

  it('negates the whole item with neq, and holds where the field is missing', () => {
    expect(item('a|neq: x', { a: 'x' })).toBe(false);
    expect(item('a|neq: x', { a: 'y' })).toBe(true);
    expect(item('a|neq: x', {})).toBe(true);
    expect(item('a|neq: [x, y]', { a: 'y' })).toBe(false);
    expect(item('a|contains|neq: x', { a: '-x-' })).toBe(false);
    expect(item('a|neq: null', { a: 'y' })).toBe(true);
    expect(item('a|neq: null', {})).toBe(false);
  });

  it.each(['-', '/', '\u2013', '\u2014', '\u2015'])('takes any dash for a flag with windash: %s', (dash) => {
    expect(item("a|windash|contains: ' -param-name'", { a: `x ${dash}param-name` })).toBe(true);
    expect(item(`a|contains|windash: ' ${dash}p'`, { a: 'x /p' })).toBe(true);
  });

  it('leaves dashes inside words and plain values alone', () => {
    expect(item("a|windash|contains: ' -param-name'", { a: 'x -param/name' })).toBe(false);
    expect(item("a|contains: ' -p'", { a: ' /p' })).toBe(false);
  });

  it('encodes with base64', () => {
    expect(item('a|base64: foobar', { a: 'Zm9vYmFy' })).toBe(true);
    expect(item('a|base64|contains: foobar', { a: '=Zm9vYmFy=' })).toBe(true);
    expect(item('a|base64: ä', { a: base64('ä') })).toBe(true);
  });

  it('finds base64offset at each of three offsets', () => {
    for (const text of ['foobar', 'http://', 'ä€', 'xy']) {
      for (const before of ['', '1', '12', '123']) {
        const event = { a: base64(`${before}${text}tail`) };
        expect(item(`a|base64offset|contains: '${text}'`, event)).toBe(true);
      }
    }
    expect(['Zm9vYmFy', 'Zvb2Jhc', 'mb29iYX'].every((a) => item('a|base64offset: foobar', { a }))).toBe(true);
  });

  it('encodes UTF-16 before base64', () => {
    const le = Buffer.from('ping', 'utf16le');
    expect(item('a|wide|base64: ping', { a: le.toString('base64') })).toBe(true);
    expect(item('a|utf16le|base64: ping', { a: le.toString('base64') })).toBe(true);
    expect(item('a|utf16be|base64: ping', { a: Buffer.from(le).swap16().toString('base64') })).toBe(true);
    const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), le]).toString('base64');
    expect(item('a|utf16|base64: ping', { a: marked })).toBe(true);
    const inside = base64(Buffer.concat([Buffer.from('xy'), le, Buffer.from('z')]).toString('latin1'), 'latin1');
    expect(item('a|wide|base64offset|contains: ping', { a: inside })).toBe(true);
  });

  it('searches with re anywhere, minding case', () => {
    expect(item("a|re: 'b+c'", { a: 'abbcd' })).toBe(true);
    expect(item("a|re: '^b'", { a: 'abc' })).toBe(false);
    expect(item("a|re: 'B'", { a: 'abc' })).toBe(false);
    expect(item("a|re|i: 'B'", { a: 'abc' })).toBe(true);
    expect(item("a|re|ignorecase: 'B'", { a: 'abc' })).toBe(true);
    expect(item("a|re: '(?i)B'", { a: 'abc' })).toBe(true);
    expect(item("a|re: '^b'", { a: 'a\nb' })).toBe(false);
    expect(item("a|re|m: '^b'", { a: 'a\nb' })).toBe(true);
    expect(item("a|re: 'a.b'", { a: 'a\nb' })).toBe(false);
    expect(item("a|re|s: 'a.b'", { a: 'a\nb' })).toBe(true);
    expect(item("a|re: ['x', 'b']", { a: 'abc' })).toBe(true);
    expect(item("a|re|all: ['a', 'z']", { a: 'abc' })).toBe(false);
    expect(item("a|re: '^\\d{2}$'", { a: 42 })).toBe(true);
    expect(item("a|re|startswith: 'b'", { a: 'abc' })).toBe(false);
    expect(item("a|re|endswith: 'c|b'", { a: 'abc' })).toBe(true);
  });

  it.each(['a(?=b)', '(?<!a)b', '(?s)a(?!.)', '(?!a).', '(a)\\1', 'a++', '(?>a)', '(', '\\h', '.{20000}'])(
    'refuses what is not linear or not valid: %s',
    (re) => {
      const [message, ...more] = itemComplaints(`a|re: '${re}'`);
      expect(message).toMatch(/^error: not a regular expression that can be matched in linear time: .*\| /);
      expect(more).toEqual([]);
    },
  );

  it.each([
    ['.{2500,}', 2499, 2500],
    ['^.{1200}$', 1199, 1200],
    ['^[a\\]]{0,1500}$', 1501, 1500],
    ['^a.{1000,2000}$', 1000, 2001],
    ['^.{1500,}?$', 1499, 1500],
    ['(\\\\.{1500}|a{3})', 2, 3],
  ])('counts beyond the 1,000 of RE2: %s', (re, outside, inside) => {
    expect(item(`a|re: '${re}'`, { a: 'a'.repeat(outside) })).toBe(false);
    expect(item(`a|re: '${re}'`, { a: 'a'.repeat(inside) })).toBe(true);
  });

  it.each([
    ['ab(?!.)', 'xab', true],
    ['ab(?!.)', 'abx', false],
    ['ab(?!.)', 'ab\nx', true],
    ['(?<!.)ab', 'x\nab', true],
    ['(?<!.)ab', 'xab', false],
    ['(a(?!.)|b)c', 'bc', true],
    ['[(?!.)]x', '.x', true],
    ['\\(?!.', '!x', true],
  ])('reads the look-arounds that mean a line end or start: %s over %j is %s', (re, text, expected) => {
    expect(item(`a|re: '${re}'`, { a: text })).toBe(expected);
    expect(item(`a|re|s: '${re}'`, { a: text })).toBe(expected && !text.includes('\n'));
  });

  it('says what a comparison takes', () => {
    expect(itemComplaints("a|lt: '6.23.0'")).toEqual([
      'error: lt needs a number | Write a number, such as 10 or 0.5; dates, and versions such as 6.23.0, are texts.',
    ]);
  });

  it('matches a hostile pattern in linear time', () => {
    expect(item("a|re: '^(a+)+$'", { a: `${'a'.repeat(5000)}!` })).toBe(false);
  });

  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.1/8', '10.9.9.9', true],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::1', false],
    ['192.168.1.5', '192.168.1.5', true],
    ['10.0.0.0/8', '10.0.0.1:443', false],
    ['10.0.0.0/8', 'host', false],
    ['10.0.0.0/8', '010.0.0.1', false],
    ['10.0.0.0/8', '10.0.0.256', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['fc00::/7', 'FD12:3456::1', true],
    ['::1/128', '0:0:0:0:0:0:0:1', true],
    ['::1/128', '::2', false],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['::/0', '2001:db8::', true],
    ['fc00::/7', '::fc00:', false],
  ])('looks whether cidr %s holds %s: %s', (range, address, expected) => {
    expect(item(`a|cidr: '${range}'`, { a: address })).toBe(expected);
  });

  it('compares numbers, also those in text, and nothing else', () => {
    expect(item('a|gt: 5', { a: 5 })).toBe(false);
    expect(item('a|gte: 5', { a: '5.0' })).toBe(true);
    expect(item('a|lt: -1.5', { a: -2 })).toBe(true);
    expect(item('a|lte: 5', { a: 'x' })).toBe(false);
    expect(item('a|lte: 5', { a: '' })).toBe(false);
    expect(item('a|lte: 5', {})).toBe(false);
    expect(item('a|lte: 5', { a: null })).toBe(false);
    expect(item('a|lte: 5', { a: false })).toBe(false);
    expect(item('a|gt: [100, 5]', { a: 7 })).toBe(true);
    expect(item("a|gt: '5'", { a: 7 })).toBe(true);
  });

  it('reads parts of times in UTC, alone and compared', () => {
    const event = { t: '2026-11-23T22:51:34.035Z' };
    expect(item('t|hour: 22', event)).toBe(true);
    expect(item('t|hour|gte: 22', event)).toBe(true);
    expect(item('t|hour|lt: 22', event)).toBe(false);
    expect(item('t|minute: 51', event)).toBe(true);
    expect(item('t|day: 23', event)).toBe(true);
    expect(item('t|week: 48', event)).toBe(true);
    expect(item('t|month: [10, 11]', event)).toBe(true);
    expect(item('t|year: 2026', event)).toBe(true);
    expect(item('t|hour: 20', { t: '2026-11-23T22:51:34+02:00' })).toBe(true);
    expect(item('t|week: 53', { t: '2027-01-01' })).toBe(true);
    expect(item('t|week: 1', { t: '2026-01-01' })).toBe(true);
    expect(item('t|week: 52', { t: '2023-01-01' })).toBe(true);
    expect(item('t|hour: 0', { t: 86_400 })).toBe(true);
    expect(item('t|year: 2026', { t: 1_795_449_094_000 })).toBe(true);
    expect(item('t|hour: 0', { t: 'noon' })).toBe(false);
    expect(item('t|hour: 0', {})).toBe(false);
    expect(item('t|hour|neq: 3', event)).toBe(true);
  });

  it('compares fields of one event with fieldref', () => {
    expect(item('a|fieldref: b', { a: 'X', b: 'x' })).toBe(true);
    expect(item('a|fieldref: b.c', { a: 1, b: { c: '1' } })).toBe(true);
    expect(item('a|fieldref: b', { a: 'x' })).toBe(false);
    expect(item('a|fieldref: b', {})).toBe(false);
    expect(item('a|fieldref|neq: b', { a: 'x', b: 'y' })).toBe(true);
    expect(item('a|neq|fieldref: b', { a: 'x', b: 'x' })).toBe(false);
    expect(item('a|fieldref|startswith: b', { a: 'xyz', b: 'XY' })).toBe(true);
    expect(item('a|fieldref|contains: b', { a: 'xyz', b: 'y' })).toBe(true);
    expect(item('a|fieldref|endswith: b', { a: 'xyz', b: 'y' })).toBe(false);
    expect(item('a|fieldref|cased: b', { a: 'X', b: 'x' })).toBe(false);
    expect(item('a|fieldref: b', { a: ['p', 'q'], b: ['r', 'q'] })).toBe(true);
  });

  it('refuses what does not go together', () => {
    const refused = [
      'a|contians: x',
      'a|contains|re: x',
      'a|contains|cidr: 10.0.0.0/8',
      'a|i: x',
      'a|exists|contains: true',
      'a|exists: yes',
      'a|contains|base64: x',
      'a|base64: "x*"',
      'a|gt|contains: 1',
      'a|gt: x',
      'a|gt|lt: 1',
      'a|re|cased: x',
      'a|hour|month: 1',
      'a|contains|startswith: x',
      'a|cidr: 10.0.0.0/33',
      'a|cidr: host',
      'a|fieldref: "b*"',
      'a|contains: null',
      'a: []',
      'a: {b: c}',
      'a: [[x]]',
      '"|exists": true',
      '"|gt": 1',
    ];
    for (const text of refused)
      expect([text, itemComplaints(text)[0]]).toEqual([text, expect.stringMatching(/^error: /)]);
  });

  it('names the modifier that was probably meant', () => {
    expect(itemComplaints('a|contians: x')).toEqual(['error: "contians" is not a modifier | Did you mean "contains"?']);
  });

  it('warns of a modifier that stands twice, and of all over one value', () => {
    expect(itemComplaints('a|contains|contains: x')).toEqual(['warning: the modifier "contains" stands twice']);
    expect(itemComplaints('a|contains|all: x')).toEqual(['warning: all changes nothing: there is one value']);
  });
});
