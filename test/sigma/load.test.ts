import * as fc from 'fast-check';
import { loadRuleSet, type RuleFile } from '../../lib/sigma/index.ts';
import { complaints, problemsOf, ruleText } from '../support/sigma.ts';

const RULE = ruleText('s: {a: 1}\ncondition: s');

describe('loading', () => {
  it('tells where: file, line and column', () => {
    const text = `title: A\nlogsource: {product: x}\ndetection:\n  s:\n    a|contians: 1\n  condition: s\n`;
    expect(problemsOf(text)).toEqual([
      {
        level: 'error',
        file: 'rule.yml',
        line: 5,
        column: 5,
        message: '"contians" is not a modifier',
        hint: 'Did you mean "contains"?',
      },
    ]);
  });

  it('tells all errors of all files at once, and loads what is right', () => {
    const files: RuleFile[] = [
      { file: 'b.yml', text: RULE.replace('a: 1', 'a|re: "("').replace('condition: s', 'condition: t') },
      { file: 'a.yml', text: `${RULE.replace('Under test', 'Right')}---\ntitle: [x\n` },
    ];
    const { ruleSet, problems } = loadRuleSet(files);
    expect(ruleSet.rules.map(({ key }) => key)).toEqual(['Right']);
    expect(problems.map(({ file, line, level }) => [file, line, level])).toEqual([
      ['a.yml', expect.any(Number), 'error'],
      ['b.yml', 4, 'error'],
      ['b.yml', 5, 'error'],
    ]);
  });

  it('fills in what a rule leaves out', () => {
    const { ruleSet } = loadRuleSet([{ file: 'x/rule.yml', text: RULE }]);
    expect(ruleSet.rules).toEqual([
      {
        kind: 'detection',
        key: 'Under test',
        title: 'Under test',
        status: 'stable',
        level: 'medium',
        tags: [],
        falsepositives: [],
        references: [],
        file: 'x/rule.yml',
        line: 1,
        version: expect.stringMatching(/^[0-9a-f]{16}$/),
        alerts: true,
        alert: {},
        logsource: { product: 'test' },
      },
    ]);
  });

  it('uses name, else id, else title as the key', () => {
    const id = '5f2b0a34-9d6c-4a1e-8d0a-3f6a52d3a111';
    const key = (more: string) => loadRuleSet([{ file: 'r.yml', text: more + RULE }]).ruleSet.rules[0]?.key;
    expect(key(`id: ${id}\nname: n\n`)).toBe('n');
    expect(key(`id: ${id}\n`)).toBe(id);
    expect(complaints(`${RULE}---\n${RULE}`)).toEqual([expect.stringContaining('"Under test" stands for two rules')]);
  });

  it('does not load deprecated and unsupported rules, and says so', () => {
    for (const status of ['deprecated', 'unsupported']) {
      const { ruleSet, problems } = loadRuleSet([{ file: 'r.yml', text: `status: ${status}\n${RULE}` }]);
      expect(ruleSet.rules).toEqual([]);
      expect(problems).toEqual([
        expect.objectContaining({ level: 'warning', message: expect.stringContaining(status) }),
      ]);
    }
  });

  it.each([
    ['statsu: test\n', 'warning: "statsu" is not a key of Sigma | Did you mean "status"?'],
    ['status: tset\n', 'error: status cannot be "tset" | Did you mean "test"?'],
    ['level: hihg\n', 'error: level cannot be "hihg" | Did you mean "high"?'],
    ['id: 17\n', 'warning: the id "17" is no UUID'],
    ['date: yesterday\n', 'warning: date "yesterday" is no date'],
    ['title: again\n', 'error: this key stands twice in one mapping'],
    ['description: [a]\n', 'error: description must be a text'],
    ['x-alert: {titel: a}\n', 'error: "titel" is not a key of x-alert | Did you mean "title"?'],
    ['x-alert: {suppress: 5}\n', 'error: suppress "5" is no duration'],
    ['x-alert: {title: "{{a"}\n', 'error: a "{{" in title is not closed'],
    ['x-tests: [{name: a, evnts: []}]\n', 'error: "evnts" is not a key of a test | Did you mean "events"?'],
    ['x-tests: [{name: a, events: []}]\n', 'error: the test does not say what to expect'],
    ['x-tests: [{name: a, events: [1], alerts: 0}]\n', 'error: each entry of events must be a mapping'],
    ['x-tests: {}\n', 'error: x-tests must be a list of tests'],
    ['action: blocked\n', ''],
  ])('answers %j', (more, expected) => {
    if (expected === '') expect(complaints(more + RULE)).toEqual([]);
    else expect(complaints(more + RULE).join('\n')).toContain(expected);
  });

  it('refuses a collection once, at the action that makes it one', () => {
    const shared = 'action: global\ntitle: Shared\ndetection: {condition: s}\n';
    const text = `---\n${shared}---\nlogsource: {product: x}\ndetection: {s: {a: 1}}\n---\naction: reset\n`;
    expect(problemsOf(text)).toEqual([
      {
        level: 'error',
        file: 'rule.yml',
        line: 2,
        column: 1,
        message: 'collections of rules that share parts ("action") are gone from Sigma',
        hint: 'Write each rule whole, with what they share, and separate them with "---".',
      },
    ]);
  });

  it('tells values with a bare asterisk once each', () => {
    const text = 'title: x\nlogsource: {product: x}\ndetection:\n  s:\n    a:\n      - *.exe\n  condition: s\n';
    expect(complaints(text)).toEqual([
      'error: the alias "*.exe" refers to nothing | A value that begins with "*" needs quotes.',
    ]);
  });

  it('allows custom keys at the top', () => {
    expect(complaints(`simulation: x\nregression_tests_path: y\ncustom_thing: {a: b}\n${RULE}`)).toEqual([]);
  });

  it.each([
    ['title: x\nlogsource: {product: x}\n', 'there is none of detection'],
    ['title: x\ndetecion: {}\n', 'Rename "detecion" to "detection".'],
    ['title: x\ndetection: {}\ncorrelation: {}\n', 'a document has one of'],
    [
      'title: x\ntype: event_count\nrules: [a]\ntimespan: 5m\ncondition: {gte: 2}\n',
      'Write "correlation:", and indent',
    ],
    ['title: @x\n', 'A value that begins with this character needs quotes.'],
    ['- a\n- b\n', 'a rule must be a mapping'],
    ['title: x\ndetection: {s: {a: 1}, condition: s}\n', 'there is no logsource'],
    ['title: x\nlogsuorce: {product: x}\ndetection: {s: {a: 1}, condition: s}\n', 'Rename "logsuorce" to "logsource".'],
    ['title: x\nlogsource: {}\ndetection: {s: {a: 1}, condition: s}\n', 'names nothing'],
    ['title: x\nlogsource: {product: x, sevice: y}\ndetection: {s: {a: 1}, condition: s}\n', 'Did you mean "service"?'],
    ['logsource: {product: x}\ndetection: {s: {a: 1}, condition: s}\n', 'there is no title'],
    ['title: x\nlogsource: {product: x}\ndetection: {s: {a: 1}, conditoin: s}\n', 'Rename "conditoin" to "condition".'],
    ['title: x\nlogsource: {product: x}\ndetection: {s: {a: 1}}\ncondition: s\n', 'Indent the "condition" that stands'],
    ['title: x\nlogsource: {product: x}\ndetection: {condition: s}\n', 'has no search identifier'],
    ['title: x\nlogsource: {product: x}\ndetection: {s: , condition: s}\n', 'needs fields and values'],
    ['title: x\nlogsource: {product: x}\ndetection: {s: {}, condition: s}\n', 'the mapping is empty'],
    ['title: x\nlogsource: {product: x}\ndetection: [s]\n', 'must be a mapping'],
    ['a: &a [x]\nb: {<<: *a}\ntitle: y\n', 'merge keys'],
    ['title: *nothing\n', 'A value that begins with "*" needs quotes.'],
    ['a:\n\t- b\n', 'not valid YAML'],
  ])('refuses %j', (text, expected) => {
    expect(complaints(text).join('\n')).toContain(expected);
  });

  it('reads x-alert and x-tests', () => {
    const text = `x-alert:
  title: "{{actor}} did it"
  dedup: [initiator_id, target_id]
  suppress: 2h
  runbook: https://example.org/r
  owner: ops
  schedule:
    zone: Europe/Berlin
    windows:
      - mon-fri 20:00-07:00
      - {days: [sat, sun]}
      - fri-mon,wed 07:30-8:00
x-tests:
  - name: fires
    events: [{a: 1, b: {c: null}}]
    lists: {L: [x, y]}
    alerts: [{title: x}]
  - {name: quiet, events: [], alerts: 0}
${RULE}`;
    const { ruleSet, problems } = loadRuleSet([{ file: 'r.yml', text }]);
    expect(problems).toEqual([]);
    expect(ruleSet.rules[0]?.alert).toEqual({
      title: '{{actor}} did it',
      dedup: ['initiator_id', 'target_id'],
      suppressMs: 7_200_000,
      runbook: 'https://example.org/r',
      owner: 'ops',
      schedule: {
        zone: 'Europe/Berlin',
        windows: [
          { days: [1, 2, 3, 4, 5], from: 1200, to: 420 },
          { days: [0, 6], from: 0, to: 1440 },
          { days: [0, 1, 3, 5, 6], from: 450, to: 480 },
        ],
      },
    });
    expect(ruleSet.tests.get('Under test')).toEqual([
      {
        name: 'fires',
        line: 14,
        events: [{ a: 1, b: { c: null } }],
        lists: { L: ['x', 'y'] },
        alerts: [{ title: 'x' }],
      },
      { name: 'quiet', line: 18, events: [], alerts: 0 },
    ]);
  });

  it.each([
    '{zone: Mars/Base}',
    '{windows: [funday 1:00-2:00]}',
    '{windows: [mon 25:00-26:00]}',
    '{windows: []}',
    '{windos: []}',
    '[]',
  ])('refuses the schedule %s', (schedule) => {
    expect(complaints(`x-alert: {schedule: ${schedule}}\n${RULE}`)[0]).toMatch(/^error/);
  });

  it('evaluates time modifiers in the zone of the schedule', () => {
    const text = `x-alert: {schedule: {zone: Asia/Tokyo}}\n${ruleText('s: {t|hour: 7}\ncondition: s')}`;
    const { ruleSet } = loadRuleSet([{ file: 'r.yml', text }]);
    expect(ruleSet.matcher.match({ t: '2026-11-23T22:00:00Z' }, { product: 'test' })).toHaveLength(1);
  });

  it('routes by logsource, the wider rule included, unless told not to', () => {
    const rule = (title: string, logsource: string) =>
      `title: ${title}\nlogsource: ${logsource}\ndetection: {s: {a: 1}, condition: s}\n`;
    const text = [
      rule('wide', '{product: netbird}'),
      rule('audit', '{product: netbird, service: audit}'),
      rule('other', '{category: x}'),
    ].join('---\n');
    const titles = (routing: 'logsource' | 'none', logsource: object) =>
      loadRuleSet([{ file: 'r.yml', text }], { routing })
        .ruleSet.matcher.match({ a: 1 }, logsource)
        .map(({ title }) => title);
    expect(titles('logsource', { product: 'netbird', service: 'audit' })).toEqual(['wide', 'audit']);
    expect(titles('logsource', { product: 'netbird', service: 'traffic' })).toEqual(['wide']);
    expect(titles('logsource', {})).toEqual([]);
    expect(titles('none', {})).toEqual(['wide', 'audit', 'other']);
  });

  it('tells which lists are used and how long they are', () => {
    const text = ruleText("s: {a|expand: '%L%', b|expand: '%M%'}\ncondition: s");
    const { ruleSet } = loadRuleSet([{ file: 'r.yml', text }], {
      lists: new Map([['L', ['x']]]),
      unresolvedLists: 'empty',
    });
    expect(ruleSet.lists).toEqual([
      { name: 'L', rules: ['Under test'], entries: 1 },
      { name: 'M', rules: ['Under test'] },
    ]);
  });

  it('warns of activity codes that NetBird does not write', () => {
    const rule = (item: string) =>
      complaints(`title: A\nlogsource: {product: netbird, service: audit}\ndetection: {s: {${item}}, condition: s}\n`);
    expect(rule('activity_code: [route.delete, Route.Add]')).toEqual([]);
    expect(rule('activity_code: route.delte')).toEqual([
      'warning: no NetBird server is known to write the activity code "route.delte" | Did you mean "route.delete"?',
    ]);
    expect(rule('activity_code: user.peer.add')[0]).toContain('it is called "peer.user.add"');
    expect(rule('"activity_code|contains": route.delte')).toEqual([]);
    expect(rule('activity_code: "route.*"')).toEqual([]);
  });

  it('stops alias bombs and endless nesting', () => {
    const bomb = ['a0: &a0 [x, x]'];
    for (let i = 1; i < 40; i++) bomb.push(`a${i}: &a${i} [*a${i - 1}, *a${i - 1}, *a${i - 1}, *a${i - 1}]`);
    expect(complaints(`${bomb.join('\n')}\n${RULE}`).join()).toContain('larger than any rule');
    expect(complaints(`a: ${'['.repeat(20_000)}`).join()).toMatch(/error/);
    expect(complaints(`a: ${'['.repeat(100)}${']'.repeat(100)}\n${RULE}`).join()).toContain('nested deeper');
  });

  it('never throws, whatever the text is', async () => {
    const word = fc.constantFrom(
      'title',
      'detection',
      'condition',
      'correlation',
      'filter',
      'x-alert',
      'x-tests',
      'rules',
      'type',
      'a|re',
      'a|expand',
      'logsource',
      'event_count',
      '1 of *',
      'not',
      '*',
      '&a',
      '---',
      '<<',
      '%x%',
      '(',
      'null',
      '',
      '0',
      'x-correlation',
      'timespan',
      'schedule',
    );
    const json = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        word,
        fc.anything({ maxDepth: 1 }),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(word, tie('tree'), { maxKeys: 5 }),
      ),
    })).tree;
    const lines = fc.array(
      fc.tuple(fc.nat(4), word, fc.constantFrom(': ', ' ', '- ', '|', ': [', ': {', ': "'), word),
      { maxLength: 12 },
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      json.map((value) => safeJson(value)),
      lines.map((all) => all.map(([indent, a, b, c]) => ' '.repeat(indent * 2) + a + b + c).join('\n')),
      json.map((value) => `title: t\nlogsource: {product: p}\ndetection: ${safeJson({ s: value, condition: 's' })}`),
      json.map((value) => `title: t\ncorrelation: ${safeJson(value)}`),
    );
    await fc.assert(
      fc.property(text, fc.object(), (source, event) => {
        const { ruleSet, problems } = loadRuleSet([{ file: 'f', text: source }], { routing: 'none' });
        ruleSet.matcher.match(event, {});
        for (const { line, column, message } of problems)
          expect([line > 0, column > 0, message.length > 0]).toEqual([true, true, true]);
      }),
      { numRuns: 1000 },
    );
  });
});

function safeJson(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)) ?? 'null';
}
