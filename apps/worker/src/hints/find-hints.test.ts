import { entities } from '@magento-sync/entities';
import { describe, expect, test } from 'vitest';
import { findHints } from './find-hints.ts';

const adobe = 'com.adobe.commerce.observer.';

describe('our own form', () => {
  test.each([
    [{ entity: 'customers', id: 17, kind: 'deleted' }, [{ entity: 'customers', id: 17, kind: 'deleted' }]],
    [{ entity: 'customers', id: '17' }, [{ entity: 'customers', id: 17, kind: 'changed' }]],
    [
      [
        { entity: 'customers', id: 4_294_967_295, email: 'is-not-taken@example.com' },
        { entity: 'customers', id: 2, kind: 'deleted' },
      ],
      [
        { entity: 'customers', id: 4_294_967_295, kind: 'changed' },
        { entity: 'customers', id: 2, kind: 'deleted' },
      ],
    ],
  ])('%j', (body, hints) => {
    expect(findHints(body)).toEqual(hints);
  });

  test.each([
    [[], 'The list is empty'],
    [Array<object>(1_001).fill({ entity: 'customers', id: 1 }), '1001 hints are too many'],
    ['17', 'A hint is an object'],
    [null, 'A hint is an object'],
    [
      [{ entity: 'customers', id: 1 }, [2]],
      'A hint is an object such as {"entity":"customers","id":17,"kind":"changed"} (item 1)',
    ],
    [{ entity: 'orders', id: 1 }, '"entity" must be one of: customers'],
    [{ id: 1 }, '"entity" must be one of'],
    [{ entity: 'customers', id: 0 }, '"id" must be a whole number'],
    [{ entity: 'customers', id: 1.5 }, '"id" must be'],
    [{ entity: 'customers', id: 4_294_967_296 }, '"id" must be'],
    [{ entity: 'customers', id: '1 or 1=1' }, '"id" must be'],
    [{ entity: 'customers', id: [1] }, '"id" must be'],
    [{ entity: 'customers', id: 1, kind: 'created' }, '"kind" must be "changed" or "deleted"'],
  ])('%j is refused', (body, sentence) => {
    expect(() => findHints(body)).toThrow(sentence);
  });
});

describe('events of Adobe Commerce', () => {
  test.each([
    [
      {
        specversion: '1.0',
        type: `${adobe}customer_save_commit_after`,
        data: { value: { entity_id: '17', email: 'a@b.c' } },
      },
      17,
      'changed',
    ],
    [
      { '@type': `${adobe}customer_delete_commit_after`, event: { data: { value: { entity_id: 18 } } } },
      18,
      'deleted',
    ],
    [
      { event_code: `${adobe}customer_register_success`, event: { data: { value: { id: '19' } } } },
      19,
      'changed',
    ],
    [
      {
        type: 'com.adobe.commerce.plugin.magento.customer.api.customer_repository.save',
        event: { data: { value: { id: 20 } } },
      },
      20,
      'changed',
    ],
    [
      {
        type: 'plugin.magento.customer.api.customer_repository.delete_by_id',
        event: { data: { customerId: 21 } },
      },
      21,
      'deleted',
    ],
    [
      {
        type: `${adobe}customer_address_delete_commit_after`,
        event: { data: { value: { entity_id: '5', parent_id: '22' } } },
      },
      22,
      'changed',
    ],
    [
      {
        type: `${adobe}newsletter_subscriber_save_commit_after`,
        event: { data: { value: { subscriber_id: 4, customer_id: '23' } } },
      },
      23,
      'changed',
    ],
  ])('%j', (event, id, kind) => {
    expect(findHints([event])).toEqual([{ entity: 'customers', id, kind }]);
  });

  test('a subscriber without an account is nobody that is copied', () => {
    const value = { subscriber_id: 4, customer_id: '0' };
    expect(
      findHints({ type: `${adobe}newsletter_subscriber_save_commit_after`, event: { data: { value } } }),
    ).toEqual([]);
  });

  test.each([
    [
      { type: `${adobe}catalog_product_save_after`, event: { data: { value: { entity_id: 3 } } } },
      'about nothing that is copied',
    ],
    [
      { type: `${adobe}customer_group_save_commit_after`, event: { data: { value: { entity_id: 3 } } } },
      'about nothing',
    ],
    [{ event: { data: { value: { entity_id: 3 } } } }, 'An event without a "type"'],
    [
      { type: `${adobe}customer_save_commit_after`, event: { data: { value: { email: 'a@b.c' } } } },
      'carries no customer id',
    ],
    [
      { type: `${adobe}customer_save_commit_after`, event: { data: { value: { entity_id: { $gt: 0 } } } } },
      'carries no customer id',
    ],
    [{ type: `${adobe}customer_save_commit_after`, data: 'text', event: {} }, 'carries no customer id'],
  ])('%j is refused', (event, sentence) => {
    expect(() => findHints(event)).toThrow(sentence);
  });
});

describe('events about sales', () => {
  test.each<[string, Record<string, unknown>, string, number, string]>([
    [`${adobe}sales_order_save_commit_after`, { entity_id: '7' }, 'orders', 7, 'changed'],
    [
      `${adobe}sales_order_status_history_save_after`,
      { entity_id: '9', parent_id: '7' },
      'orders',
      7,
      'changed',
    ],
    [`${adobe}checkout_submit_all_after`, { entity_id: 8 }, 'orders', 8, 'changed'],
    ['plugin.magento.sales.api.order_repository.save', { entity_id: 8 }, 'orders', 8, 'changed'],
    [`${adobe}sales_order_delete_commit_after`, { entity_id: '7' }, 'orders', 7, 'deleted'],
    [`${adobe}sales_order_invoice_save_commit_after`, { entity_id: '3' }, 'invoices', 3, 'changed'],
    [`${adobe}sales_order_shipment_save_after`, { entity_id: '4' }, 'shipments', 4, 'changed'],
    [
      `${adobe}sales_order_shipment_track_save_after`,
      { entity_id: '5', parent_id: '4' },
      'shipments',
      4,
      'changed',
    ],
    [`${adobe}sales_order_creditmemo_save_after`, { entity_id: '6' }, 'credit_memos', 6, 'changed'],
    [`${adobe}customer_save_commit_after`, { entity_id: '17' }, 'customers', 17, 'changed'],
  ])('%s %j', (type, value, entity, id, kind) => {
    expect(findHints({ type, event: { data: { value } } }, entities)).toEqual([{ entity, id, kind }]);
  });

  test('are refused while orders are not copied', () => {
    const event = { type: `${adobe}sales_order_save_commit_after`, data: { value: { entity_id: 7 } } };
    expect(() => findHints(event)).toThrow('subscribe to events of customers only');
  });
});
