import { formatSize } from '../model/size.ts';

/** What a title template can name. */
export interface TitleContext {
  readonly actor: string;
  readonly target: string;
  readonly activity: string;
  readonly count: number;
  readonly value?: string | number | undefined;
  /** What a baseline expected in place of `value`. */
  readonly expected?: number | undefined;
  readonly group: Readonly<Record<string, string>>;
  /** Any other field of the event. */
  field(name: string): string | undefined;
}

const PLACEHOLDER = /\{\{\s*([^{}|]+?)\s*(\|\s*bytes\s*)?\}\}/g;
const OWN_WORDS = new Set(['actor', 'target', 'activity', 'count', 'value', 'expected']);
const MAX_TITLE = 300;

/** Fills in `{{actor}}`, `{{group.FIELD}}`, `{{value|bytes}}`, `{{expected|bytes}}`, `{{FIELD}}`; what is unknown becomes `?`. */
export function renderTitle(template: string, context: TitleContext): string {
  const text = template.replace(PLACEHOLDER, (_, name: string, bytes: string | undefined) => {
    const value = lookUp(name, context);
    if (value === undefined) return '?';
    return bytes && Number.isFinite(Number(value)) ? formatSize(Number(value)) : value;
  });
  return clean(text).slice(0, MAX_TITLE);
}

/** The event's fields that a template needs beside what every alert has. */
export function fieldsOfTitle(template: string | undefined): string[] {
  const names = [...(template ?? '').matchAll(PLACEHOLDER)].map((found) => found[1] ?? '');
  return [...new Set(names.filter((name) => !OWN_WORDS.has(name) && !name.startsWith('group.')))];
}

/** Names come from people and devices: line breaks, control and direction characters would forge what stands around. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}

function lookUp(name: string, context: TitleContext): string | undefined {
  // Some events have nobody's name on them; a headline without a subject would not read.
  if (name === 'actor') return context.actor || 'Somebody';
  if (name === 'target' || name === 'activity') return context[name];
  if (name === 'count') return String(context.count);
  if (name === 'value') return context.value === undefined ? undefined : numberText(context.value);
  if (name === 'expected') return context.expected === undefined ? undefined : numberText(context.expected);
  if (name.startsWith('group.')) return context.group[name.slice('group.'.length)];
  return context.field(name);
}

function numberText(value: string | number): string {
  return typeof value === 'number' ? String(Number(value.toFixed(3))) : value;
}
