import { fieldsOfTitle, renderTitle, type TitleContext } from '../../lib/detect/title.ts';
import { formatSize } from '../../lib/model/size.ts';

const CONTEXT: TitleContext = {
  actor: 'Ann',
  target: 'office',
  activity: 'route.delete',
  count: 3,
  value: 1_500_000_000,
  group: { initiator_id: 'u1' },
  field: (name) => (name === 'meta.role' ? 'owner' : undefined),
};

it.each([
  ['{{actor}} deleted {{target}} ({{ activity }})', 'Ann deleted office (route.delete)'],
  ['{{count}} by {{group.initiator_id}}', '3 by u1'],
  ['{{value}} or {{value|bytes}} or {{ value | bytes }}', '1500000000 or 1.5 GB or 1.5 GB'],
  ['{{meta.role}} and {{meta.missing}}', 'owner and ?'],
  ['{{actor|bytes}}', 'Ann'],
])('renders %s', (template, text) => {
  expect(renderTitle(template, CONTEXT)).toBe(text);
});

it('has a subject also where nobody is named', () => {
  expect(renderTitle('{{actor}} deleted {{target}}', { ...CONTEXT, actor: '' })).toBe('Somebody deleted office');
});

it('lets no control or direction character of a name pass', () => {
  const actor = 'Ann\r\nSubject: x\u0000\u001b[31m\u2028\u202egnp';
  expect(renderTitle('{{actor}}!', { ...CONTEXT, actor })).toBe('Ann Subject: x [31m gnp!');
});

it('knows which fields of the event a template needs', () => {
  expect(fieldsOfTitle('{{actor}} {{meta.role}} {{group.x}} {{meta.role}} {{count}}')).toEqual(['meta.role']);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [123_456_789, '123.5 MB'],
])('writes %d bytes as %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
