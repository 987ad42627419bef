import type { ColumnKind } from '../search/conditions.ts';

/** Columns of a table by name, in the order in which Magento prints them. */
export type Columns = Readonly<Record<string, ColumnKind>>;

const dates = new Set(['created_at', 'updated_at', 'customer_dob']);

/** Columns by their names; those named in `texts` hold text, the stamps dates, all others numbers. */
function columns(names: string, texts: string): Columns {
  const text = new Set(words(texts));
  return Object.fromEntries(
    words(names).map((name) => [name, dates.has(name) ? 'date' : text.has(name) ? 'text' : 'number']),
  );
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

const currencies = 'base_currency_code global_currency_code order_currency_code store_currency_code';

/** Magento: module-sales/Api/Data/OrderInterface.php, the same from 2.3.0 to 2.4.8, and unprinted columns of `sales_order`. */
export const orderColumns = columns(
  `adjustment_negative adjustment_positive applied_rule_ids base_adjustment_negative base_adjustment_positive
   base_currency_code base_discount_amount base_discount_canceled base_discount_invoiced base_discount_refunded
   base_grand_total base_discount_tax_compensation_amount base_discount_tax_compensation_invoiced
   base_discount_tax_compensation_refunded base_shipping_amount base_shipping_canceled base_shipping_discount_amount
   base_shipping_discount_tax_compensation_amnt base_shipping_incl_tax base_shipping_invoiced base_shipping_refunded
   base_shipping_tax_amount base_shipping_tax_refunded base_subtotal base_subtotal_canceled base_subtotal_incl_tax
   base_subtotal_invoiced base_subtotal_refunded base_tax_amount base_tax_canceled base_tax_invoiced base_tax_refunded
   base_total_canceled base_total_due base_total_invoiced base_total_invoiced_cost base_total_offline_refunded
   base_total_online_refunded base_total_paid base_total_qty_ordered base_total_refunded base_to_global_rate
   base_to_order_rate billing_address_id can_ship_partially can_ship_partially_item coupon_code created_at customer_dob
   customer_email customer_firstname customer_gender customer_group_id customer_id customer_is_guest customer_lastname
   customer_middlename customer_note customer_note_notify customer_prefix customer_suffix customer_taxvat discount_amount
   discount_canceled discount_description discount_invoiced discount_refunded edit_increment email_sent entity_id
   ext_customer_id ext_order_id forced_shipment_with_invoice global_currency_code grand_total
   discount_tax_compensation_amount discount_tax_compensation_invoiced discount_tax_compensation_refunded
   hold_before_state hold_before_status increment_id is_virtual order_currency_code original_increment_id
   payment_authorization_amount payment_auth_expiration protect_code quote_address_id quote_id relation_child_id
   relation_child_real_id relation_parent_id relation_parent_real_id remote_ip shipping_amount shipping_canceled
   shipping_description shipping_discount_amount shipping_discount_tax_compensation_amount shipping_incl_tax
   shipping_invoiced shipping_refunded shipping_tax_amount shipping_tax_refunded state status store_currency_code store_id
   store_name store_to_base_rate store_to_order_rate subtotal subtotal_canceled subtotal_incl_tax subtotal_invoiced
   subtotal_refunded tax_amount tax_canceled tax_invoiced tax_refunded total_canceled total_due total_invoiced
   total_item_count total_offline_refunded total_online_refunded total_paid total_qty_ordered total_refunded updated_at
   weight x_forwarded_for
   shipping_method shipping_address_id gift_message_id coupon_rule_name send_email paypal_ipn_customer_notified`,
  `applied_rule_ids ${currencies} coupon_code customer_email customer_firstname customer_lastname customer_middlename
   customer_note customer_prefix customer_suffix customer_taxvat discount_description ext_customer_id ext_order_id
   hold_before_state hold_before_status increment_id original_increment_id protect_code relation_child_id
   relation_child_real_id relation_parent_id relation_parent_real_id remote_ip shipping_description state status store_name
   x_forwarded_for shipping_method coupon_rule_name`,
);

/** Magento: module-sales/Api/Data/OrderItemInterface.php. */
export const orderItemColumns = columns(
  `additional_data amount_refunded applied_rule_ids base_amount_refunded base_cost base_discount_amount
   base_discount_invoiced base_discount_refunded base_discount_tax_compensation_amount
   base_discount_tax_compensation_invoiced base_discount_tax_compensation_refunded base_original_price base_price
   base_price_incl_tax base_row_invoiced base_row_total base_row_total_incl_tax base_tax_amount base_tax_before_discount
   base_tax_invoiced base_tax_refunded base_weee_tax_applied_amount base_weee_tax_applied_row_amnt
   base_weee_tax_disposition base_weee_tax_row_disposition created_at description discount_amount discount_invoiced
   discount_percent discount_refunded event_id ext_order_item_id free_shipping gw_base_price gw_base_price_invoiced
   gw_base_price_refunded gw_base_tax_amount gw_base_tax_amount_invoiced gw_base_tax_amount_refunded gw_id gw_price
   gw_price_invoiced gw_price_refunded gw_tax_amount gw_tax_amount_invoiced gw_tax_amount_refunded
   discount_tax_compensation_amount discount_tax_compensation_canceled discount_tax_compensation_invoiced
   discount_tax_compensation_refunded is_qty_decimal is_virtual item_id locked_do_invoice locked_do_ship name no_discount
   order_id original_price parent_item_id price price_incl_tax product_id product_type qty_backordered qty_canceled
   qty_invoiced qty_ordered qty_refunded qty_returned qty_shipped quote_item_id row_invoiced row_total row_total_incl_tax
   row_weight sku store_id tax_amount tax_before_discount tax_canceled tax_invoiced tax_percent tax_refunded updated_at
   weee_tax_applied weee_tax_applied_amount weee_tax_applied_row_amount weee_tax_disposition weee_tax_row_disposition weight`,
  'additional_data applied_rule_ids description ext_order_item_id name product_type sku weee_tax_applied',
);

/** Magento: module-sales/Api/Data/InvoiceInterface.php. */
export const invoiceColumns = columns(
  `base_currency_code base_discount_amount base_grand_total base_discount_tax_compensation_amount base_shipping_amount
   base_shipping_discount_tax_compensation_amnt base_shipping_incl_tax base_shipping_tax_amount base_subtotal
   base_subtotal_incl_tax base_tax_amount base_total_refunded base_to_global_rate base_to_order_rate billing_address_id
   can_void_flag created_at discount_amount discount_description email_sent entity_id global_currency_code grand_total
   discount_tax_compensation_amount increment_id is_used_for_refund order_currency_code order_id shipping_address_id
   shipping_amount shipping_discount_tax_compensation_amount shipping_incl_tax shipping_tax_amount state
   store_currency_code store_id store_to_base_rate store_to_order_rate subtotal subtotal_incl_tax tax_amount total_qty
   transaction_id updated_at
   send_email customer_note customer_note_notify`,
  `${currencies} discount_description increment_id transaction_id customer_note`,
);

/** Magento: module-sales/Api/Data/ShipmentInterface.php. */
export const shipmentColumns = columns(
  `billing_address_id created_at customer_id email_sent entity_id increment_id order_id shipment_status
   shipping_address_id shipping_label store_id total_qty total_weight updated_at
   send_email customer_note customer_note_notify packages`,
  'increment_id shipping_label customer_note packages',
);

/** Magento: module-sales/Api/Data/CreditmemoInterface.php. */
export const creditMemoColumns = columns(
  `adjustment adjustment_negative adjustment_positive base_adjustment base_adjustment_negative base_adjustment_positive
   base_currency_code base_discount_amount base_grand_total base_discount_tax_compensation_amount base_shipping_amount
   base_shipping_discount_tax_compensation_amnt base_shipping_incl_tax base_shipping_tax_amount base_subtotal
   base_subtotal_incl_tax base_tax_amount base_to_global_rate base_to_order_rate billing_address_id created_at
   creditmemo_status discount_amount discount_description email_sent entity_id global_currency_code grand_total
   discount_tax_compensation_amount increment_id invoice_id order_currency_code order_id shipping_address_id
   shipping_amount shipping_discount_tax_compensation_amount shipping_incl_tax shipping_tax_amount state
   store_currency_code store_id store_to_base_rate store_to_order_rate subtotal subtotal_incl_tax tax_amount
   transaction_id updated_at
   send_email customer_note customer_note_notify`,
  `${currencies} discount_description increment_id transaction_id customer_note`,
);

/**
 * Columns of transactions, with those of the joined order and payment that the list can filter by.
 *
 * Magento: module-sales/Model/ResourceModel/Order/Payment/Transaction/Collection.php.
 */
export const transactionColumns = columns(
  `transaction_id parent_id order_id payment_id txn_id parent_txn_id txn_type is_closed additional_information created_at
   method increment_id`,
  'txn_id parent_txn_id txn_type additional_information method increment_id',
);
