import { WebApiError } from '../http/exchange.ts';
import type { Release } from '../release.ts';
import { recordedOrders, type SalesRow, salesDocuments } from '../sales/documents.ts';
import { list, once, read } from './read-routes.ts';
import type { Route } from './route.ts';
import { integerVariable } from './variables.ts';

/** Before 2.3.1 one right covers all sales documents. */
const right = (name: string) => (release: Release) =>
  `Magento_Sales::${release.splitsSalesRights ? name : 'sales'}`;

/**
 * A list and the route of one record, which Magento names in the singular for some.
 *
 * Magento: module-sales/etc/webapi.xml; module-sales/Model/OrderRepository.php and its siblings name no id in their 404.
 */
function documents(
  listPath: string,
  singlePath: string,
  resource: Route['resource'],
  make: () => readonly SalesRow[],
): readonly Route[] {
  const rows = once(make);
  const single = read(`${singlePath}/:id`, resource, (call) => {
    const id = integerVariable(call, 'id');
    const found = rows().find((row) => row['entity_id'] === id);
    if (!found) {
      const message = "The entity that was requested doesn't exist. Verify the entity and try again.";
      throw new WebApiError(404, message);
    }
    return found;
  });
  return [list(listPath, resource, rows), single];
}

/** Orders and the documents that follow from them. */
export const salesRoutes: readonly Route[] = [
  ...documents('/orders', '/orders', right('actions_view'), recordedOrders),
  ...documents('/invoices', '/invoices', right('sales_invoice'), () =>
    salesDocuments('invoices', ['processing', 'complete', 'closed']),
  ),
  ...documents('/creditmemos', '/creditmemo', right('sales_creditmemo'), () =>
    salesDocuments('credit memos', ['closed']),
  ),
  ...documents('/shipments', '/shipment', right('shipment'), () => salesDocuments('shipments', ['complete'])),
];
