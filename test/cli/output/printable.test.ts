import * as fc from 'fast-check';
import { printable, printableJson, printableLines } from '../../../lib/cli/output/printable.ts';

const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

describe('printable text', () => {
  it('shows escapes instead of control characters, and everything else as it is', () => {
    expect(printable('\u001b[2J\u009b1mZoë 日本 😀\n')).toBe('\\u001b[2J\\u009b1mZoë 日本 😀\\n');
    expect(printable('abc\u202etxt.exe')).toBe('abc\\u202etxt.exe');
  });

  it('keeps the lines of a text of several lines', () => {
    expect(printableLines('one\r\ntwo\u0007\nthree')).toBe('one\ntwo\\u0007\nthree');
  });

  it('lets JSON through that reads back as the same, in one line without control characters', async () => {
    await fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = printableJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text).not.toMatch(CONTROLS);
      }),
    );
    expect(JSON.parse(printableJson('\u009b\u202e\u2028'))).toBe('\u009b\u202e\u2028');
  });
});
