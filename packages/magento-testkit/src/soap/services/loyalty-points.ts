import { noSuchEntity, WebApiError } from '../../http/exchange.ts';
import { echoCriteria, parseCriteria } from '../../search/criteria.ts';
import { searchList } from '../../search/list-search.ts';
import type { ShopState } from '../../shop-state.ts';
import { toPhpArray } from '../rest-operation.ts';
import type { SoapCall, SoapService } from '../service-model.ts';
import { optional, required, type SoapType } from '../type-model.ts';

const BALANCE = 'AcmeLoyaltyDataBalanceInterface';
const RESOURCE = 'Acme_Loyalty::points';
const TIERS = ['bronze', 'silver', 'gold'] as const;

const types: readonly SoapType[] = [
  {
    name: BALANCE,
    documentation: 'Loyalty balance of a customer.',
    fields: [
      required('customerId', 'int', 'Customer id'),
      required('points', 'int', 'Points that can be spent'),
      required('tier', 'string', 'Tier'),
      optional('lastReason', 'string', 'Why points were last added'),
    ],
  },
  {
    name: 'AcmeLoyaltyDataBalanceSearchResultsInterface',
    documentation: 'Balances that match a search.',
    fields: [
      required('items', `${BALANCE}[]`, 'Balances.'),
      required('searchCriteria', 'FrameworkSearchCriteriaInterface', 'Search criteria.'),
      required('totalCount', 'int', 'Total count.'),
    ],
  },
];

/**
 * The service of an imagined custom module `Acme_Loyalty`, for clients that must cope with services nobody
 * foresaw: scalars, lists of scalars, own data types, a search, and one operation that guests may use.
 */
export function createLoyaltyPointsService(): SoapService {
  const added = new Map<number, { points: number; reason: string | undefined }>();

  const balanceOf = (shop: ShopState, customerId: number) => {
    if (!shop.table.get(customerId)) throw noSuchEntity('customerId', customerId);
    const { points = 0, reason } = added.get(customerId) ?? {};
    const total = (customerId % 50) * 10 + points;
    return {
      customer_id: customerId,
      points: total,
      tier: TIERS[Math.min(TIERS.length - 1, Math.floor(total / 200))] ?? 'bronze',
      ...(reason === undefined ? {} : { last_reason: reason }),
    };
  };

  const getList = ({ shop, args }: SoapCall) => {
    const criteria = parseCriteria(toPhpArray(args), shop);
    const rows = shop.table.all().map(({ id }) => balanceOf(shop, id));
    const { items, totalCount } = searchList(rows, criteria, shop.release.pairsFromAndTo);
    return { items, search_criteria: echoCriteria(criteria), total_count: totalCount };
  };

  const add = ({ shop, args }: SoapCall) => {
    const { customerId, points, reason } = args;
    if (typeof points !== 'number' || points <= 0) {
      throw new WebApiError(400, 'Points to add must be above zero, not %1.', { parameters: [points] });
    }
    const id = Number(customerId);
    balanceOf(shop, id);
    const earlier = added.get(id)?.points ?? 0;
    added.set(id, { points: earlier + points, reason: typeof reason === 'string' ? reason : undefined });
    return balanceOf(shop, id);
  };

  const customerId = required('customerId', 'int', 'Customer id');
  return {
    name: 'acmeLoyaltyPointsV1',
    types,
    operations: [
      {
        name: 'GetTiers',
        documentation: 'Names of the tiers, lowest first.',
        resource: 'anonymous',
        input: [],
        output: required('result', 'string[]', 'Tiers'),
        call: () => TIERS,
      },
      {
        name: 'GetBalance',
        documentation: 'Get the balance of a customer.',
        resource: RESOURCE,
        input: [customerId],
        output: required('result', BALANCE, ''),
        call: ({ shop, args }) => balanceOf(shop, Number(args['customerId'])),
      },
      {
        name: 'GetList',
        documentation: 'Find balances.',
        resource: RESOURCE,
        input: [required('searchCriteria', 'FrameworkSearchCriteriaInterface', '')],
        output: required('result', 'AcmeLoyaltyDataBalanceSearchResultsInterface', ''),
        call: getList,
      },
      {
        name: 'Add',
        documentation: 'Add points to a balance.',
        resource: RESOURCE,
        input: [customerId, required('points', 'int', ''), optional('reason', 'string', '')],
        output: required('result', BALANCE, ''),
        call: add,
      },
    ],
  };
}
