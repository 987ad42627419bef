import { WebApiError } from '../http/exchange.ts';
import type { Route, RouteCall } from '../routes/route.ts';
import { integerVariable } from '../routes/variables.ts';
import { echoCriteria, parseCriteria } from '../search/criteria.ts';
import { searchList } from '../search/list-search.ts';
import type { Bulk, BulkOperation } from './bulk-queue.ts';

const resource = 'Magento_Logging::system_magento_logging_bulk_operations';

function bulkOf({ shop, variables }: RouteCall): Bulk {
  const uuid = variables['bulkUuid'] ?? '';
  const bulk = shop.queue.get(uuid);
  if (bulk) return bulk;
  throw new WebApiError(404, 'Bulk uuid %bulkUuid not exist', { parameters: { bulkUuid: uuid } });
}

function summary(bulk: Bulk, show: (operation: BulkOperation) => unknown): unknown {
  return {
    operations_list: bulk.operations.map(show),
    user_type: bulk.userType,
    bulk_id: bulk.uuid,
    description: bulk.description,
    start_time: bulk.startTime,
    user_id: bulk.userId,
    operation_count: bulk.operations.length,
  };
}

const short = ({ id, status, resultMessage, errorCode }: BulkOperation) => ({
  id,
  status,
  result_message: resultMessage,
  error_code: errorCode,
});

const detailed = (bulk: Bulk) => (operation: BulkOperation) => ({
  id: operation.id,
  bulk_uuid: bulk.uuid,
  topic_name: operation.topic,
  serialized_data: operation.data,
  result_serialized_data: operation.result === null ? null : JSON.stringify(operation.result),
  status: operation.status,
  result_message: operation.resultMessage,
  error_code: operation.errorCode,
});

const get = (path: string, handle: Route['handle']): Route => ({ method: 'GET', path, resource, handle });

/**
 * What became of asynchronous requests.
 *
 * Magento: module-asynchronous-operations/etc/webapi.xml; there is no recording.
 */
export const bulkRoutes: readonly Route[] = [
  get('/bulk/:bulkUuid/status', (call) => summary(bulkOf(call), short)),
  get('/bulk/:bulkUuid/detailed-status', (call) => {
    const bulk = bulkOf(call);
    return summary(bulk, detailed(bulk));
  }),
  get('/bulk/:bulkUuid/operation-status/:status', (call) => {
    const status = integerVariable(call, 'status');
    return bulkOf(call).operations.filter((operation) => operation.status === status).length;
  }),
  get('/bulk', ({ shop, query }) => {
    const criteria = parseCriteria(query, shop);
    const rows = shop.queue
      .all()
      .flatMap((bulk) =>
        bulk.operations.map((operation) => ({ ...detailed(bulk)(operation), start_time: bulk.startTime })),
      );
    const { items, totalCount } = searchList(rows, criteria, shop.release.pairsFromAndTo);
    return { items, search_criteria: echoCriteria(criteria), total_count: totalCount };
  }),
];
