import { type Lists, type LoadOptions, loadRuleSet, type RuleProblem } from '../../lib/sigma/index.ts';

/** A rule file around a `detection` body, each line of it indented by two. */
export function ruleText(detection: string, more = ''): string {
  const body = detection
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
  return `title: Under test\nlogsource: {product: test}\n${more}detection:\n${body}\n`;
}

/** Whether a rule with this detection matches the event; a rule with errors fails the test. */
export function fires(detection: string, event: object, options: LoadOptions = {}, more = ''): boolean {
  const { ruleSet, problems } = loadRuleSet([{ file: 'rule.yml', text: ruleText(detection, more) }], options);
  const errors = problems.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new Error(`the rule has errors: ${JSON.stringify(errors)}`);
  return ruleSet.matcher.match(event, { product: 'test' }).length > 0;
}

/** Whether `selection: {KEY: VALUE}` (YAML) matches the event. */
export function item(text: string, event: object, lists?: Lists): boolean {
  return fires(`selection:\n  ${text.split('\n').join('\n  ')}\ncondition: selection`, event, lists ? { lists } : {});
}

/** `level message | hint` of everything that is wrong with a file. */
export function complaints(text: string, options: LoadOptions = {}): string[] {
  return problemsOf(text, options).map(({ level, message, hint }) => `${level}: ${message}${hint ? ` | ${hint}` : ''}`);
}

export function problemsOf(text: string, options: LoadOptions = {}): readonly RuleProblem[] {
  return loadRuleSet([{ file: 'rule.yml', text }], options).problems;
}

/** What is wrong with `selection: {TEXT}`. */
export function itemComplaints(text: string, options: LoadOptions = {}): string[] {
  return complaints(ruleText(`selection:\n  ${text}\ncondition: selection`), options);
}
