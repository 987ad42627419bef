import { expect, test } from 'vitest';
import { startCopy } from '../../../testing/copied-entity.ts';

test('the 70 recorded shipments arrive with lines, tracks and comments, and both sides are equal', async () => {
  const { backfill, rows, verify, emptyColumns } = await startCopy('shipments');
  expect(backfill).toMatchObject({ status: 'succeeded' });
  expect(
    await rows(
      `select count(*)::int as shipments, min(source_code) as source, (select count(*)::int from magento.shipment_items) as lines,
         (select count(*)::int from magento.shipment_tracks) as tracks,
         (select count(*)::int from magento.shipment_comments) as comments from magento.shipments`,
    ),
  ).toEqual([{ shipments: 70, source: 'default', lines: 129, tracks: 69, comments: 1 }]);
  expect(await verify()).toMatchObject({ verdict: 'equal' });
  expect(await emptyColumns()).toEqual([
    'shipments.total_weight',
    'shipment_tracks.weight',
    'shipment_tracks.qty',
    'shipment_tracks.description',
  ]);
});

test('tracks that are added or removed move no stamp: the sweep finds both', async () => {
  const { shop, pull, sweep, verify, rows } = await startCopy('shipments');
  const [first] = await rows<{ id: number; shipment: number }>(
    `select entity_id as id, parent_id as shipment from magento.shipment_tracks order by 1 limit 1`,
  );
  shop.sales.removeTrack(first?.id ?? 0);
  shop.sales.addTrack(first?.shipment ?? 0, { track_number: 'TR-NEW' });
  expect(await pull()).toMatchObject({ result: { updated: 0 } });
  await sweep();
  expect(
    await rows(`select track_number from magento.shipment_tracks where parent_id = $1`, first?.shipment),
  ).toEqual([{ track_number: 'TR-NEW' }]);
  expect(await verify()).toMatchObject({ verdict: 'equal' });
});

test('a label reaches neither the copy nor its history', async () => {
  const { shop, pull, rows } = await startCopy('shipments');
  const order = shop.sales.place();
  const { entity_id: id } = shop.sales.ship(order.entity_id);
  shop.sales.updateDocumentSilently('shipments', id, { shipping_label: 'JVBERi0xLjQ=' });
  expect(await pull()).toMatchObject({ result: { inserted: 1 } });
  const [found] = await rows<{ raw: object; history: number }>(
    `select raw, (select count(*)::int from sync.changes where old_values::text || new_values::text like '%JVBER%') as history
     from magento.shipments where entity_id = $1`,
    id,
  );
  expect([
    Object.keys(found?.raw ?? {}).includes('items'),
    'shipping_label' in (found?.raw ?? {}),
    found?.history,
  ]).toEqual([true, false, 0]);
});
