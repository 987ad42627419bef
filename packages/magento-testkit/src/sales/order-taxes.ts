import { money } from './money.ts';
import type { OrderItemData, OrderTaxData, SalesRow } from './records.ts';
import type { SalesTables } from './sales-tables.ts';

/** A rate that lines of an order are taxed with. */
export interface OrderTax {
  readonly tax_id: number;
  readonly code: string;
  readonly title: string;
  readonly percent: number;
  readonly amount: number;
}

/** The taxes of the lines, one for each rate. */
export function taxesOf(items: readonly OrderItemData[], tables: SalesTables): OrderTax[] {
  const amounts = new Map<number, number>();
  for (const item of items) {
    const percent = Number(item['tax_percent'] ?? 0);
    if (percent > 0)
      amounts.set(percent, money((amounts.get(percent) ?? 0) + Number(item['tax_amount'] ?? 0)));
  }
  return [...amounts].map(([percent, amount]) => ({
    tax_id: tables.next('taxes'),
    code: `AT-${percent}`,
    title: `AT-${percent}`,
    percent,
    amount,
  }));
}

/**
 * What an order says of its taxes: what was applied, to which line, and, since 2.4.7, the rows of `sales_order_tax`.
 *
 * Magento: module-tax/Model/Order/Plugin/OrderGet; module-sales/etc/extension_attributes.xml.
 */
export function taxExtension(
  orderId: number,
  items: readonly OrderItemData[],
  taxes: readonly OrderTax[],
): { readonly taxes: readonly OrderTaxData[]; readonly [member: string]: unknown } {
  return {
    applied_taxes: taxes.map((tax) => applied(tax, tax.amount)),
    item_applied_taxes: items.flatMap((item) => {
      const tax = taxes.find(({ percent }) => percent === item['tax_percent']);
      if (!tax) return [];
      const applied_taxes = [applied(tax, Number(item['tax_amount']))];
      return [{ type: 'product', item_id: item.item_id, applied_taxes }];
    }),
    taxes: taxes.map(({ tax_id, code, title, percent, amount }) => ({
      tax_id,
      order_id: orderId,
      code,
      title,
      percent,
      amount,
      base_amount: amount,
      base_real_amount: amount,
      priority: 0,
      position: 0,
      process: 0,
    })),
  };
}

function applied({ code, title, percent }: OrderTax, amount: number): SalesRow {
  return {
    code,
    title,
    percent,
    amount,
    base_amount: amount,
    extension_attributes: { rates: [{ code, title, percent }] },
  };
}

/** A line with the taxes that are on it, as orders show it since 2.4.7. */
export function withTaxes(item: OrderItemData, taxes: readonly OrderTax[]): OrderItemData {
  const tax = taxes.find(({ percent }) => percent === item['tax_percent'] && percent > 0);
  if (!tax || item.parent_item_id !== undefined) return item;
  const amount = Number(item['tax_amount']);
  const row = {
    tax_id: tax.tax_id,
    item_id: item.item_id,
    tax_percent: tax.percent,
    amount,
    base_amount: amount,
    real_amount: amount,
    taxable_item_type: 'product',
  };
  return { ...item, extension_attributes: { itemized_taxes: [row] } };
}
