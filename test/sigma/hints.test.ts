import { complaints, itemComplaints, ruleText } from '../support/sigma.ts';

const RULE = ruleText('s: {a: 1}\ncondition: s');

function errorsOf(text: string): string[] {
  return complaints(text).filter((complaint) => complaint.startsWith('error'));
}

describe('hints', () => {
  it.each([
    ['title', 'Title', 'there is no title'],
    ['logsource', 'LogSource', 'there is no logsource'],
    ['detection', 'Detection', 'there is none of detection, correlation, x-correlation and filter'],
    ['condition', 'Condition', 'detection has no condition'],
  ])('say how to rename what should be %s', (wanted, written, message) => {
    expect(errorsOf(RULE.replace(`${wanted}:`, `${written}:`))).toEqual([
      `error: ${message} | Rename "${written}" to "${wanted}".`,
    ]);
  });

  it('say what to add where nothing is like what is missing', () => {
    expect(errorsOf(RULE.replace('title: Under test\n', ''))).toEqual(['error: there is no title | Add "title: …".']);
    expect(errorsOf(RULE.replace('Under test', '""'))).toEqual(['error: there is no title | Add "title: …".']);
  });

  it.each(['id', 'name', 'status', 'level', 'description'])('say how to write %s', (key) => {
    expect(errorsOf(`${key}: null\n${RULE}`)).toEqual([
      `error: ${key} must be a text | Write its text after the colon, or take it out.`,
    ]);
    for (const value of ['[a]', '{a: b}'])
      expect(errorsOf(`${key}: ${value}\n${RULE}`)).toEqual([
        `error: ${key} must be a text | Write one text, without brackets or dashes.`,
      ]);
  });

  it('say how to write a condition', () => {
    for (const value of ['null', '{a: b}', '[[s]]'])
      expect(errorsOf(ruleText(`s: {a: 1}\ncondition: ${value}`))).toEqual([
        'error: condition must be a text or a list of texts | Write "condition: selection".',
      ]);
    expect(errorsOf(ruleText('s: {a: 1}\ncondition: []'))).toEqual([
      'error: condition is an empty list | Write "condition: selection".',
    ]);
  });

  it('say what is wrong with a bar too many', () => {
    const expected = ['error: a modifier is empty | Take out one "|": each stands before the name of a modifier.'];
    expect(itemComplaints('f||contains: x')).toEqual(expected);
    expect(itemComplaints('f|contains|: x')).toEqual(expected);
  });

  it('name no search identifiers where there are none', () => {
    expect(errorsOf(ruleText('condition: s'))).toEqual([
      'error: detection has no search identifier | Add "selection: …".',
      'error: "s" is not a search identifier of this rule | Add a search identifier, such as "selection: {field: value}".',
    ]);
  });
});
