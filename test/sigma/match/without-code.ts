/** Works as in a runtime that forbids code from text. */
export function withoutCode<T>(work: () => T): T {
  const { Function: original } = globalThis;
  globalThis.Function = class {
    constructor() {
      throw new EvalError('Code generation from strings disallowed for this context');
    }
  } as unknown as FunctionConstructor;
  try {
    return work();
  } finally {
    globalThis.Function = original;
  }
}
