import type { IncomingMessage } from 'node:http';
import { Refusal } from './route.ts';

/** Beyond this share of the limit nobody waits for the end of a body that is too large anyway. */
const patienceFactor = 16;

/**
 * Reads the body of a request, as far as the limit in bytes.
 *
 * A body that is somewhat larger is read to its end and thrown away, so that the sender hears the refusal (413) instead
 * of a broken connection; one that goes on and on is cut off.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (size > limit * patienceFactor) break;
  }
  if (size > limit) {
    throw new Refusal(413, `The body is larger than ${Math.floor(limit / 1_024)} kB; send it in parts.`, {
      connection: 'close',
    });
  }
  return Buffer.concat(chunks);
}
