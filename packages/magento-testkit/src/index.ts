export type { ShopClock } from './clock.ts';
export type { CustomerAdministration } from './customers/administration.ts';
export type { AddressData, CustomAttribute, CustomerData } from './customers/record.ts';
export type { FaultAnswer, FaultRule, FaultRules } from './faults.ts';
export type { LoggedRequest, RequestLog } from './request-log.ts';
export type { InputLimits } from './search/criteria.ts';
export { type MagentoShop, type ShopOptions, startMagentoShop } from './shop.ts';
