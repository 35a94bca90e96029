import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { automatonOf } from '../../../lib/sigma/compile/automaton/automaton.ts';
import { compileRegex } from '../../../lib/sigma/compile/regex.ts';
import { valueTest } from '../../../lib/sigma/compile/value-test.ts';

const FLAGS = fc.constantFrom('', '', 'i', 's', 'is', 'm');

/** Letters that fold to units beyond ASCII (k, s), a line end, what classes tell apart, and a unit that is not ASCII. */
const TEXT = fc
  .array(fc.constantFrom('a', 'b', 'B', 'k', 'K', 's', 'S', '_', '0', '7', '-', '.', '/', ']', '^', ' ', '\n', '\v'), {
    maxLength: 10,
  })
  .map((units) => units.join(''));
const STRANGE_TEXT = fc
  .tuple(TEXT, fc.constantFrom('é', '\u212a', 'ſ', '😀', '\ud83d'), TEXT)
  .map((parts) => parts.join(''));

const MEMBER = fc.constantFrom(
  'a',
  'b',
  'K',
  's',
  '0-7',
  'a-b',
  'Z-b',
  '\\d',
  '\\W',
  '\\S',
  '\\n',
  '\\-',
  '\\]',
  '.',
  '^',
  '$',
  '[',
);
const CLASS = fc
  .tuple(
    fc.constantFrom('', '^'),
    fc.constantFrom('', '-', ']'),
    fc.array(MEMBER, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '-'),
  )
  .map(([not, first, members, last]) => `[${not}${first}${members.join('')}${last}]`);
const UNIT = fc.constantFrom(
  ...['a', 'b', 'k', 'S', '0', '-', ' ', '}', ']', '\\.', '\\/', '\\x41', '\\x{6b}', '\\t', '\\v', '\\_', '.'],
  ...['\\d', '\\D', '\\w', '\\W', '\\s', '\\S'],
);
const ANCHOR = fc.constantFrom('^', '$', '\\A', '\\z');
const COUNT = fc.constantFrom(
  '',
  '',
  '',
  '',
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{0}',
  '{2}',
  '{1,}',
  '{0,2}',
  '{1,3}?',
);

const { pattern: ANYWHERE } = fc.letrec<{ pattern: string; item: string }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 3 },
    { weight: 5, arbitrary: UNIT },
    { weight: 2, arbitrary: CLASS },
    { weight: 1, arbitrary: ANCHOR },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('(', '(?:', '(?i:', '((?s)'), tie('pattern'))
        .map(([open, inner]) => `${open}${inner})`),
    },
  ),
  pattern: fc
    .array(
      fc.array(fc.tuple(tie('item'), COUNT), { maxLength: 4 }).map((items) => items.flat().join('')),
      { minLength: 1, maxLength: 2 },
    )
    .map((choices) => choices.join('|')),
}));

/** Most patterns that are not anchored match most texts. */
const PATTERN = fc.oneof(
  ANYWHERE,
  ANYWHERE.map((inner) => `^${inner}$`),
  ANYWHERE.map((inner) => `^(?:${inner})$`),
);

/** RE2 refuses some of what the grammar makes: quantifiers of quantifiers. */
function re2(pattern: string, flags: string): ReturnType<typeof compileRegex> | undefined {
  try {
    return compileRegex(pattern, flags);
  } catch {
    return undefined;
  }
}

describe('an automaton', () => {
  it('answers every ASCII text as RE2 does', () => {
    let asked = 0;
    fc.assert(
      fc.property(PATTERN, FLAGS, fc.array(TEXT, { minLength: 10, maxLength: 10 }), (pattern, flags, texts) => {
        const automaton = automatonOf(pattern, flags);
        const regex = re2(pattern, flags);
        if (!automaton || !regex) return;
        asked++;
        expect(texts.filter((text) => automaton.test(text))).toEqual(texts.filter((text) => regex.test(text)));
      }),
      { numRuns: 1500 },
    );
    expect(asked).toBeGreaterThan(700);
  });

  it('answers other texts as RE2 does, or not at all', () => {
    fc.assert(
      fc.property(PATTERN, FLAGS, fc.array(STRANGE_TEXT, { minLength: 5, maxLength: 5 }), (pattern, flags, texts) => {
        const automaton = automatonOf(pattern, flags);
        const regex = re2(pattern, flags);
        if (!automaton || !regex) return;
        expect(texts.filter((text) => automaton.test(text) === !regex.test(text))).toEqual([]);
      }),
      { numRuns: 500 },
    );
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

describe('a pattern of more states than there is room for', () => {
  const pattern = '(a|b)*a(a|b){30}$';
  const texts = Array.from({ length: 3000 }, (_, index) => `${(index * 2_654_435).toString(2)}${'01'.repeat(9)}`).map(
    (text) => text.replaceAll('0', 'a').replaceAll('1', 'b'),
  );

  it('is left to RE2 where its table ends, and still answers what it knows', () => {
    const automaton = automatonOf(pattern, '');
    const regex = compileRegex(pattern, '');
    const answers = texts.map((text) => automaton?.test(text));
    expect(answers.slice(0, 10)).toEqual(texts.slice(0, 10).map((text) => regex.test(text)));
    expect(answers.slice(-10)).toEqual(Array(10).fill(undefined));
    expect(texts.slice(0, 10).map((text) => automaton?.test(text))).toEqual(answers.slice(0, 10));
    expect(texts.filter((text, index) => index % 10 === 0 && answers[index] === !regex.test(text))).toEqual([]);
  });
});

describe('a regular expression of a rule', () => {
  it.each([
    ['that has an automaton', '^k[^b]$', ''],
    ['that has none', '\\b^k[^b]$', ''],
  ])('is asked of every text: one %s', (_, pattern, flags) => {
    const test = valueTest({ op: 'regex', field: 'a', pattern, flags });
    expect(['ka', 'kb', 'ké', 'k😀', 'éka', 'kaa', 7, null].map(test)).toEqual([
      ...[true, false, true, true],
      ...[false, false, false, false],
    ]);
  });

  it('folds beyond ASCII', () => {
    const test = valueTest({ op: 'regex', field: 'a', pattern: '^k$', flags: 'i' });
    expect(['k', 'K', '\u212a', 'x'].map(test)).toEqual([true, true, true, false]);
  });
});
