import fc from 'fast-check';
import { toAscii } from '../../../lib/notify/render/ascii.ts';
import { cutGsm7, gsm7Length, toGsm7 } from '../../../lib/notify/render/gsm7.ts';

/** The alphabet once more, by its code points (3GPP TS 23.038), to check the one in the code. */
const GSM7 =
  /^[\u0020-\u005a\u005c-\u005f\u0061-\u007e\u005b\u00a1\u00a3-\u00a5\u00a7\u00bf\u00c4-\u00c7\u00c9\u00d1\u00d6\u00d8\u00dc\u00df\u00e0\u00e4-\u00e9\u00ec\u00f1\u00f2\u00f6\u00f8\u00f9\u00fc\u0393\u0394\u0398\u039b\u039e\u03a0\u03a3\u03a6\u03a8\u03a9\u20ac]*$/;

describe('ASCII that reads alike', () => {
  it.each([
    ['María López', 'Maria Lopez'],
    ['Büro Köln 🏢', 'Buro Koln ?'],
    ['Straße, Øresund, Łódź, Æsir', 'Strasse, Oresund, Lodz, AEsir'],
    ['“quoted” – and…', '"quoted" - and...'],
    ['田中 愛子', '? ?'],
    ['½ ﬁne ＡＢＣ', '1/2 fine ABC'],
    ['a\u0000b', 'a?b'],
  ])('%s → %s', (text, ascii) => {
    expect(toAscii(text)).toBe(ascii);
  });

  it('is printable ASCII for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => /^[ -~]*$/.test(toAscii(text))));
  });
});

describe('the alphabet of text messages', () => {
  it.each([
    ['Müller @ £5 Ångström Ωmega', 'Müller @ £5 Ångström Ωmega'],
    ['Mu\u0308ller', 'Müller'],
    ['María López, Łódź', 'Maria Lopez, Lodz'],
    ['€ {a} [b] ~', '€ {a} [b] ~'],
    ['`code` ç Ç', "'code' c Ç"],
    ['田中愛子 🏢', '? ?'],
  ])('%s → %s', (text, gsm) => {
    expect(toGsm7(text)).toBe(gsm);
  });

  it('holds all that comes out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => GSM7.test(toGsm7(text)) && !toGsm7(text).includes('`')),
    );
  });

  it('counts two places for the extension table', () => {
    expect(gsm7Length('a€[ü')).toBe(6);
  });

  it('cuts to places, not characters, and marks it', () => {
    expect(cutGsm7('[[[[[[', 10)).toBe('[[[...');
    expect(cutGsm7('abcdef', 6)).toBe('abcdef');
    expect(cutGsm7('abcdefg', 6)).toBe('abc...');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 40 }), (text, most) => {
        return gsm7Length(cutGsm7(toGsm7(text), most)) <= most;
      }),
    );
  });
});
