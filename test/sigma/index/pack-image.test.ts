import type { Expr, Predicate } from '../../../lib/sigma/ast.ts';
import { buildBase } from '../../../lib/sigma/build.ts';
import { buildImage } from '../../../lib/sigma/index/build-image.ts';
import { layOut } from '../../../lib/sigma/index/layout.ts';
import { type PackedImage, packImage, unpackImage } from '../../../lib/sigma/index/pack-image.ts';

describe('packed images', () => {
  it('are the same after they went through JSON', () => {
    const text = (...tokens: (string | 0)[]): Predicate => ({ op: 'text', field: 'größe', tokens, cased: false });
    const limit: Predicate = { op: 'number', field: 'n', compare: 'gte', value: -7.25 };
    const expressions: Expr[] = [
      { and: [text('straße\u2028"'), limit] },
      { and: [text(0, '𐐨bcde'), { not: limit }] },
      { or: [text('ab', 0), text(0, 'xyz'), { op: 'cidr', field: 'ip', range: '10.0.0.0/8' }] },
      { op: 'null', field: 'n' },
      { op: 'text', field: '', tokens: [0, 'keyword', 0], cased: false },
    ];
    const image = buildImage(layOut(buildBase(expressions.map((expr) => ({ info: { logsource: {} }, expr })))));
    const revived = unpackImage(JSON.parse(JSON.stringify(packImage(image))) as PackedImage);
    expect(image.words.length).toBeGreaterThan(50);
    expect(revived).toEqual(image);
    // Not a view of a larger buffer, of which the bytes may lie anywhere.
    expect(revived.words.buffer.byteLength).toBe(image.words.byteLength);
  });
});
