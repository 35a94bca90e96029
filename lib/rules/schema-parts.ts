/** A JSON Schema; `false` allows nothing. */
export type Schema = Readonly<Record<string, unknown>> | false;

export const TEXT = { type: 'string' } as const;
/** One text or several. */
export const TEXTS = { anyOf: [TEXT, { type: 'array', items: TEXT }] } as const;
export const DURATION = {
  type: 'string',
  pattern: '^\\d+[smhdwMy]$',
  description: 'A whole number and s, m, h, d or w: 15m.',
} as const;

/** An object with these keys and no others. */
export function objectOf(properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) {
  return { type: 'object', properties, additionalProperties: false, ...(required.length > 0 && { required }) } as const;
}
