import { once } from 'node:events';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Decompresses a body while it comes, so that one which never ends or grows without end is noticed at once. */
export interface BodyDecoder extends Disposable {
  /** Takes a chunk; false when more than the limit has come out. */
  write(chunk: Buffer): Promise<boolean>;
  /** Everything decompressed; `undefined` when the bytes are not what was said, or not all of it. */
  finish(): Promise<Buffer | undefined>;
}

const streams = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/** Creates the decoder of one content encoding; `undefined` for those that change nothing or are unknown. */
export function createBodyDecoder(encoding: string, maxBytes: number): BodyDecoder | undefined {
  if (!Object.hasOwn(streams, encoding)) return undefined;
  const stream = streams[encoding as keyof typeof streams]();
  const chunks: Buffer[] = [];
  let size = 0;
  let hasFailed = false;
  stream.on('error', () => {
    hasFailed = true;
  });
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else stream.destroy();
  });
  return {
    async write(chunk) {
      if (!hasFailed && !stream.destroyed) {
        await new Promise<void>((resolve) => {
          stream.once('close', resolve);
          stream.write(chunk, () => {
            stream.off('close', resolve);
            resolve();
          });
        });
      }
      return size <= maxBytes;
    },
    async finish() {
      if (hasFailed || stream.destroyed) return undefined;
      stream.end();
      await once(stream, 'close').catch(() => undefined);
      return hasFailed || size > maxBytes ? undefined : Buffer.concat(chunks);
    },
    [Symbol.dispose]: () => void stream.destroy(),
  };
}
