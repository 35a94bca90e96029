import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Where a command writes. Settles when the reader keeps up, so that long listings stay small in memory. */
export interface Output {
  write(text: string): Promise<void>;
}

/** Output on a stream of the process. `gone` is called when the reader has closed its end (EPIPE). */
export function streamOutput(stream: Writable, gone: () => void): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone();
  });
  return {
    async write(text) {
      if (!stream.write(text)) await once(stream, 'drain');
    },
  };
}
