import { readdirSync, readFileSync } from 'node:fs';
import { automatonOf } from '../../../lib/sigma/compile/automaton/automaton.ts';
import { compileRegex } from '../../../lib/sigma/compile/regex.ts';

describe('there is an automaton', () => {
  it('for every pattern of the rules that come with the project', () => {
    const found = readdirSync('rules', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yml'))
      .flatMap((file) => [...readFileSync(`rules/${file}`, 'utf8').matchAll(/\|re(?:\|\w+)*: (.*)/g)])
      .map(([, value = '']) => value.replaceAll(/^'|'$/g, ''));
    expect(found).toContain('/[0-7]$');
    expect(found.filter((pattern) => !automatonOf(pattern, ''))).toEqual([]);
  });

  it.each([
    '^vault-[a-z-]+-7\\d*$',
    'vault-peer-\\d+\\.netbird',
    '\\A(?:(?i)b)\\z',
    '(^|[\\\\/])(cmd|powershell)(\\.exe)?($|\\s)',
    '(?is)select.+from',
    '\\x{41}{1,3}?[^\\]\\d-]|[]a]',
    '^(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}$',
  ])('for %s', (pattern) => {
    expect(automatonOf(pattern, '')).toBeDefined();
  });

  it.each([
    [
      'what RE2 refuses',
      ['(', ')', 'a)', '[a', '[]', '*a', 'a|*', 'a**', 'a+{2}', 'a{2}{3}', 'a{3,2}', '[b-a]', 'a\\'],
    ],
    ['what RE2 refuses of other engines', ['a(?=b)', '(?<!a)b', '(?>a)', '\\1', '\\h', '[a-\\d]', 'a{1001}']],
    ['what knows more than ASCII', ['é', '[é]', '\\xe9', '\\x{e9}', '[a-\\xff]', '\\pL', '\\p{Greek}', '[\\PL]']],
    ['words, lines, quotes and names', ['\\ba', 'a\\B', '(?m:^)a', '\\Qa\\E', '[[:alpha:]]', '(?P<a>b)', '(?-i)a']],
    ['braces that count nothing', ['a{', 'a{,2}', 'a{02}', '{2}']],
  ])('never for %s', (_, patterns) => {
    expect(patterns.filter((pattern) => automatonOf(pattern, ''))).toEqual([]);
  });

  it('with flag m only where no anchor stands', () => {
    expect(automatonOf('a.b', 'm')).toBeDefined();
    expect(automatonOf('^a', 'm')).toBeUndefined();
    expect(automatonOf('a$', 'm')).toBeUndefined();
  });

  it.each([
    ['many repetitions', 'a{0,900}b'],
    ['repetitions of repetitions', '((a{0,1000}){0,1000}){0,1000}'],
    ['repetitions of nothing', '(((){1000}){1000}){1000}'],
    ['many ways into the same states', '(.?){600}$'],
    ['deep groups', `${'('.repeat(20_000)}a${')'.repeat(20_000)}`],
    ['many alternatives', Array.from({ length: 20_000 }, (_, index) => `x${index}`).join('|')],
  ])('never for %s', (_, pattern) => {
    expect(automatonOf(pattern, '')).toBeUndefined();
  });
});

/** Counts the units that are read. */
class CountedText {
  reads = 0;
  readonly #text: string;
  readonly length: number;

  constructor(text: string) {
    this.#text = text;
    this.length = text.length;
  }

  charCodeAt(at: number): number {
    this.reads++;
    return this.#text.charCodeAt(at);
  }
}

function readsOf(pattern: string, text: string): number {
  const counted = new CountedText(text);
  automatonOf(pattern, '')?.test(counted as unknown as string);
  return counted.reads;
}

describe('an automaton counts', () => {
  const texts = Array.from({ length: 6 }, (_, count) => 'a'.repeat(count));
  const bounds = [0, 1, 2, 3].flatMap((least) => [0, 1, 2, 3].map((more) => ({ least, most: least + more })));

  it.each(bounds)('from $least to $most', ({ least, most }) => {
    const found = (count: string): number[] =>
      texts.filter((text) => automatonOf(`^a${count}$`, '')?.test(text)).map(({ length }) => length);
    const lengths = texts.map(({ length }) => length).filter((length) => length >= least);
    expect(found(`{${least},${most}}`)).toEqual(lengths.filter((length) => length <= most));
    expect(found(`{${least},}`)).toEqual(lengths);
    expect(found(`{${least}}`)).toEqual([least]);
  });
});

describe('an automaton reads', () => {
  it('each unit once, whatever the pattern', () => {
    const text = `${'a'.repeat(5000)}!`;
    for (const pattern of ['(a+)+$', '(a*)*$', '(a|a)*b', '(a|aa)+$', '(.*)(.*)(.*)(.*)[b-z]', '(a?){20}a{20}b'])
      expect([pattern, readsOf(pattern, text)]).toEqual([pattern, 5001]);
  });

  it('no more than decides', () => {
    expect(readsOf('b', 'aaabaaa')).toBe(4);
    expect(readsOf('^ab', 'cccccc')).toBe(1);
    expect(readsOf('^a|^b', 'cccccc')).toBe(1);
    expect(readsOf('^ab$', 'abcccc')).toBe(3);
    expect(readsOf('a*', 'aaaa')).toBe(0);
  });

  it('what is not ASCII only as far as to leave it to RE2', () => {
    const automaton = automatonOf('^a.c', '');
    expect(automaton?.test('abcé')).toBe(true);
    expect(automaton?.test('bé')).toBe(false);
    expect(automaton?.test('aéc')).toBeUndefined();
    expect(automatonOf('c$', '')?.test('éc')).toBeUndefined();
  });
});

/** Texts that lead a pattern into ever new states. */
function binaryTexts(count: number, length: number): string[] {
  let state = 1;
  const next = (): string => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 2 === 0 ? 'a' : 'b';
  };
  return Array.from({ length: count }, () => Array.from({ length }, next).join(''));
}

describe('a pattern with many states', () => {
  it('is left to RE2 where its table ends, and still answers what it knows', () => {
    const texts = binaryTexts(400, 40);
    const automaton = automatonOf('a(a|b){30}$', '');
    const regex = compileRegex('a(a|b){30}$', '');
    const answers = texts.map((text) => automaton?.test(text));
    const expected = texts.map((text) => regex.test(text));
    expect(answers.slice(0, 10)).toEqual(expected.slice(0, 10));
    expect(answers.slice(-10)).toEqual(Array(10).fill(undefined));
    expect(answers.filter((answer, index) => answer === !expected[index])).toEqual([]);
    expect(texts.slice(0, 10).map((text) => automaton?.test(text))).toEqual(answers.slice(0, 10));
  });

  it('costs no more work than its table would', () => {
    const automaton = automatonOf('a[ab]{200}$', '');
    // Steps that wait: about a hundred for each unit.
    const answered = binaryTexts(20, 300).filter((text) => automaton?.test(text) !== undefined);
    expect([1, 2, 3, 4, 5]).toContain(answered.length);
  });

  it('has a table of a bounded size, however little work that is', () => {
    const text = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
    const automaton = automatonOf(`^${text.replaceAll(/[^0-9a-z]/gi, '\\$&').repeat(6)}$`, '');
    expect(automaton?.test(text)).toBe(false);
    expect(automaton?.test(text.repeat(6))).toBeUndefined();
  });
});
