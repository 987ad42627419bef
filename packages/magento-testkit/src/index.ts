export type { AccessControls, AccessOptions } from './access.ts';
export type {
  Bulk,
  BulkOperation,
  BulkQueue,
  BulkRequest,
  OperationStatus,
  QueuedCall,
} from './async/bulk-queue.ts';
export type { ShopClock } from './clock.ts';
export type { CustomerAdministration } from './customers/administration.ts';
export type { TableSnapshot } from './customers/customer-table.ts';
export type { AddressData, CustomAttribute, CustomerData } from './customers/record.ts';
export type { AttributeData, AttributeOption, Attributes } from './directory/attributes.ts';
export type { CustomerGroup, CustomerGroups } from './directory/customer-groups.ts';
export type { NewStoreView, StoreGroup, StoreTree, StoreView, Website } from './directory/store-tree.ts';
export { type FaultAnswer, faultPresets } from './fault-answers.ts';
export type { FaultRule, FaultRules } from './faults.ts';
export type { CloudTenant } from './ims/cloud.ts';
export type { CloudOptions, IdentityService } from './ims/identity-service.ts';
export type { Activation } from './oauth/activation.ts';
export type { Integration, IntegrationToken, NewIntegration } from './oauth/integration.ts';
export type { Integrations } from './oauth/integrations.ts';
export type { OAuthOptions } from './oauth/shop-oauth.ts';
export {
  type ProxiedAnswer,
  type ProxiedRequest,
  type Proxy,
  type ProxyRules,
  startProxy,
} from './proxy/proxy.ts';
export type { LoggedRequest, RequestLog } from './request-log.ts';
export type {
  LateCommit,
  SalesAdministration,
} from './sales/administration.ts';
export type { DocumentAdministration, NewComment, NewTrack } from './sales/document-administration.ts';
export type { NewOrder, NewOrderLine } from './sales/new-order.ts';
export type { DocumentLine, DocumentRequest } from './sales/order-documents.ts';
export type {
  DocumentCommentData,
  DocumentData,
  DocumentItemData,
  OrderAddressData,
  OrderCommentData,
  OrderData,
  OrderItemData,
  OrderPaymentData,
  OrderTaxData,
  SalesData,
  SalesRow,
  ShippingAssignmentData,
  TrackData,
  TransactionData,
} from './sales/records.ts';
export type { DocumentKind, ListTroubles, SalesListName, SalesSnapshot } from './sales/sales-tables.ts';
export type { InputLimits } from './search/criteria.ts';
export type { CustomerSessions } from './session/customer-sessions.ts';
export { type MagentoShop, type ShopOptions, startMagentoShop } from './shop.ts';
export type { SoapCall, SoapOperation, SoapRecord, SoapService, SoapValue } from './soap/service-model.ts';
export { optional, required, type SoapField, type SoapType } from './soap/type-model.ts';
export type { ProviderCode, TwoFactor, TwoFactorOptions } from './two-factor/two-factor.ts';
