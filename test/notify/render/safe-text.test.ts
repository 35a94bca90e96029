import fc from 'fast-check';
import { cut, fromEvent, lines, oneLine } from '../../../lib/notify/render/safe-text.ts';

/** Any text, with what is dangerous in it more often than chance would have it. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('\ud800', '\u202e', '\r\n', '\u001b[2J', 'https://a.b/c', '\u2028', '\u{e0041}'),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));

const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('a name from an event', () => {
  it.each([
    ['bell\u0007 and \u001b[31mred\u001b[0m', 'bell and [31mred[0m'],
    ['first\r\nBcc: everybody', 'first Bcc: everybody'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['two\u2028lines\u0085three', 'two lines three'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['  many \t spaces\u00a0\u3000here ', 'many spaces here'],
    ['half \ud83d emoji', 'half emoji'],
    ['Büro Köln 🏢 田中 愛子', 'Büro Köln 🏢 田中 愛子'],
    ['<b>html</b> & "quotes"', '<b>html</b> & "quotes"'],
  ])('%j is shown as %j', (text, shown) => {
    expect(oneLine(text)).toBe(shown);
  });

  it('is one line of visible characters whatever it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(fromEvent(text)).not.toMatch(DANGEROUS);
        expect(fromEvent(text)).toBe(fromEvent(text).trim());
        expect(fromEvent(text)).not.toContain('  ');
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['https://evil.example/confirm', 'https[:]//evil[.]example/confirm'],
    ['see www.evil.example', 'see www[.]evil.example'],
    ['evil.example/login', 'evil[.]example/login'],
    ['10.20.0.0/16', '10.20.0.0/16'],
    ['db.prod.acme.example', 'db.prod.acme.example'],
    ['v6 fd00::5/64', 'v6 fd00::5/64'],
  ])('%s becomes no link', (text, shown) => {
    expect(fromEvent(text)).toBe(shown);
  });

  it('is cut with a mark and never through a character', () => {
    expect(cut('😀😀😀😀', 3, '…')).toBe('😀😀…');
    expect(cut('😀😀😀', 3, '…')).toBe('😀😀😀');
    expect(fromEvent('x'.repeat(1000))).toBe(`${'x'.repeat(199)}…`);
  });
});

it('keeps the lines of a rule text and their indent', () => {
  expect(lines('\n\nFirst:\r\n  - one\u001b\n  - two\n\n')).toEqual(['First:', '  - one', '  - two']);
});
