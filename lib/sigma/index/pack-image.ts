import type { Predicate } from '../ast.ts';
import type { Image } from './image.ts';

/** An image as plain JSON. Arrays of numbers are base64 of their bytes, lower ones first, as all our machines have them. */
export interface PackedImage extends Omit<Image, 'words' | 'predicates'> {
  readonly words: string;
  /** A JSON text: it is read when the first predicate is asked that no table decides. */
  readonly predicates: string;
}

export function packImage(image: Image): PackedImage {
  return {
    ...image,
    words: toBase64(image.words),
    predicates: JSON.stringify(image.predicates),
  };
}

export function unpackImage(packed: PackedImage): Image {
  let predicates: readonly Predicate[] | undefined;
  return {
    ...packed,
    words: new Int32Array(bytesOf(packed.words)),
    get predicates() {
      predicates ??= JSON.parse(packed.predicates) as readonly Predicate[];
      return predicates;
    },
  };
}

function toBase64({ buffer, byteOffset, byteLength }: Int32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** A buffer of their own, as the words of an array must lie at multiples of four. */
function bytesOf(text: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(text, 'base64')).buffer;
}
