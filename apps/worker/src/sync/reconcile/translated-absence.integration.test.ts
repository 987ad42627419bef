import { expect, test } from 'vitest';
import { startCopy } from '../../../testing/copied-entity.ts';
import { noStop } from '../../../testing/sync-harness.ts';
import { reconcile } from './reconcile.ts';

test('a deleted order of a shop in another language gets its tombstone', async () => {
  const { shop, sync, entity, rows } = await startCopy('orders', {
    population: { customers: 5 },
    orders: 30,
    translations: {
      "The entity that was requested doesn't exist. Verify the entity and try again.":
        'De opgevraagde entiteit bestaat niet.',
    },
  });
  shop.sales.removeOrder(7);
  shop.sales.removeOrder(8);
  expect(await reconcile(sync, entity, noStop())).toMatchObject({
    result: { status: 'succeeded', deleted: 2 },
  });
  expect(
    await rows('select entity_id from magento.orders where deleted_at is not null order by entity_id'),
  ).toEqual([{ entity_id: 7 }, { entity_id: 8 }]);
});
