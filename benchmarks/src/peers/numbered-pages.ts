import pg from 'pg';
import { signIn } from '../running/sign-in.ts';
import { type Peer, plainlyShown, plainTable, type SentCustomer, upsertPage } from './peer.ts';

interface Model {
  readonly name: string;
  readonly title: string;
  readonly pageSize: number;
  readonly sort?: string;
}

/**
 * A model of how a pipeline reads Magento: rows with a stamp above the largest one seen, page by number. Its writes are as kind to it
 * as can be, one statement a page.
 */
function modelOf({ name, title, pageSize, sort }: Model): Peer {
  return {
    name,
    title,
    reads: true,
    async prepare({ databaseUrl }) {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      await client.query(plainTable);
      await client.end();
    },
    async run({ shopUrl, databaseUrl }, cursor = '1970-01-01 00:00:00') {
      const shop = await signIn(shopUrl);
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      let largest = cursor;
      let rows = 0;
      for (let page = 1; ; page += 1) {
        const answer = (await shop.get('/rest/all/V1/customers/search', {
          'filterGroups][0][filters][0][field': 'updated_at',
          'filterGroups][0][filters][0][conditionType': 'gt',
          'filterGroups][0][filters][0][value': cursor,
          ...(sort ? { 'sortOrders][0][field': sort, 'sortOrders][0][direction': 'ASC' } : {}),
          pageSize,
          currentPage: page,
        })) as { items: readonly SentCustomer[]; total_count: number };
        await upsertPage(client, answer.items);
        rows += answer.items.length;
        for (const { updated_at: stamp } of answer.items) if (stamp > largest) largest = stamp;
        if (page * pageSize >= answer.total_count) break;
      }
      await client.end();
      await shop.close();
      return { rows, state: largest };
    },
    shown: plainlyShown,
  };
}

/** Airbyte's connector: pages of 1,000, `gt`, in whatever order the list has. */
export const airbyteModel = modelOf({
  name: 'airbyte-model',
  title: 'model of Airbyte: 1,000 a page, gt, unsorted',
  pageSize: 1_000,
});

/** Hotglue's tap: pages of 300, `gt`, sorted by the stamp. */
export const hotglueModel = modelOf({
  name: 'hotglue-model',
  title: 'model of tap-magento: 300 a page, gt, sorted by updated_at',
  pageSize: 300,
  sort: 'updated_at',
});
