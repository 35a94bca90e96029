import { RE2JS } from 're2js';

/** The engine of regular expressions. bin/build.ts makes the functions load it when it is first asked for. */
export function re2(): typeof RE2JS {
  return RE2JS;
}
