// Reads all pages of a list as fast as it can with so many requests at a time, parses them and throws them away.
import { idPage, signIn } from './sign-in.ts';

interface RawRead {
  readonly url: string;
  readonly path: string;
  readonly inFlight: number;
  readonly pageSize: number;
  readonly largestId: number;
}

const read = JSON.parse(process.env['RAW_READ'] ?? '{}') as RawRead;
const shop = await signIn(read.url, read.inFlight);
let [rows, requests] = [0, 0];

/** One of the equal shares of the ids, page by page. */
async function readShare(share: number): Promise<void> {
  const width = Math.ceil(read.largestId / read.inFlight);
  const upToId = Math.min(read.largestId, (share + 1) * width);
  for (let afterId = share * width; afterId < upToId; ) {
    const { items } = (await shop.get(read.path, idPage(afterId, upToId, read.pageSize))) as {
      items: readonly { id?: number; entity_id?: number }[];
    };
    requests += 1;
    rows += items.length;
    if (items.length < read.pageSize) return;
    const last = items.at(-1);
    afterId = last?.id ?? last?.entity_id ?? upToId;
  }
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: read.inFlight }, (_, share) => readShare(share)));
const seconds = (performance.now() - startedAt) / 1000;
const { characters } = shop;
await shop.close();
process.stdout.write(JSON.stringify({ rows, requests, characters, seconds }));
