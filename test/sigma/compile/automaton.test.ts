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
