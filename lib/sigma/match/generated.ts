/** What a function body returns of what it is given; `otherwise` where the runtime forbids code from text. */
export function generated<T>(source: string, given: object, otherwise: T): T {
  try {
    return new Function(...Object.keys(given), source)(...Object.values(given));
  } catch {
    // --disallow-code-generation-from-strings
    return otherwise;
  }
}
