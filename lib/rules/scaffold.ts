import type { CorrelationType } from '../model/rule.ts';
import { CORRELATION_SCAFFOLDS, type CorrelationScaffold } from './scaffold-correlations.ts';

/** What a new rule file is made of. */
export interface ScaffoldInput {
  /** Letters, digits and underscores. */
  readonly name: string;
  readonly title: string;
  /** Absent: a rule about single events. */
  readonly correlation?: CorrelationType;
  /** `2026-11-24`. */
  readonly date: string;
  /** A fresh UUID at each call. */
  readonly uuid: () => string;
}

/** The text of a rule file that loads and whose tests pass: an example to change. */
export function scaffold(input: ScaffoldInput): string {
  const { correlation } = input;
  return correlation === undefined ? singleEvent(input) : counting(input, CORRELATION_SCAFFOLDS[correlation]);
}

/** The types that `--correlation` takes. */
export const SCAFFOLD_TYPES = Object.keys(CORRELATION_SCAFFOLDS) as CorrelationType[];

function singleEvent(input: ScaffoldInput): string {
  return `${head(input, input.title, input.name)}logsource:
  product: netbird
  service: audit
detection:
  selection:
    activity_code: route.delete
  filter_system:
    initiator_id:
      - sys
      - SYSTEM
  condition: selection and not 1 of filter_*
${tail('{{actor}} deleted {{target}}')}x-tests:
  - name: it happens
    events:
      - { activity_code: route.delete, initiator_id: user-1, target_id: route-1, meta: { name: office } }
    alerts:
      - { severity: medium, dedupKey: user-1, count: 1 }
  - name: something else happens
    events:
      - { activity_code: policy.update, initiator_id: user-1, target_id: policy-1, meta: { name: office } }
    alerts: 0
  - name: 'near miss: the server does it'
    events:
      - { activity_code: route.delete, initiator_id: sys, target_id: route-1, meta: { name: office } }
    alerts: 0
`;
}

function counting(input: ScaffoldInput, form: CorrelationScaffold): string {
  const names = form.bases.map(({ suffix }) => `${input.name}_${suffix}`);
  const rule = `${head(input, input.title, input.name)}${form.extension ? 'x-correlation' : 'correlation'}:
  type: ${input.correlation}
  rules:
${names.map((name) => `    - ${name}\n`).join('')}${indented(form.body.replace(/\{(\w+)\}/g, `${input.name}_$1`), 2)}
${tail(form.title)}x-tests:
${indented(form.tests.trim(), 2)}
`;
  const bases = form.bases.map(
    (base) => `${head(input, `${input.title}: ${base.suffix}`, `${input.name}_${base.suffix}`, true)}logsource:
  product: netbird
  service: ${form.service ?? 'audit'}
detection:
  selection:
    ${base.selection}
  condition: selection
level: informational
`,
  );
  return [rule, ...bases].join('---\n');
}

function head({ uuid, date }: ScaffoldInput, title: string, name: string, isBase = false): string {
  const status = isBase ? '' : '# Records and tells nobody. When you trust it: test or stable.\n';
  const description = isBase
    ? 'description: Feeds a correlation; tells nobody by itself.'
    : 'description: >-\n  Say what happened and why it matters: this stands in e-mails.';
  return `title: ${JSON.stringify(title)}
id: ${uuid()}
name: ${name}
${status}status: experimental
${description}
date: ${date}
`;
}

function tail(title: string): string {
  return `falsepositives:
  - Say what else may cause it.
level: medium
x-alert:
  title: '${title}'
  runbook: >-
    Say what to do about it.
`;
}

function indented(text: string, by: number): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(by) + line))
    .join('\n');
}
