export { loginBreakerError } from './auth/login-breaker.ts';
export { LoginNotOfferedError } from './auth/login-not-offered.ts';
export type { ActivationListener, ActivationListenerOptions } from './auth/oauth1-handshake.ts';
export { type OAuthRefusalReason, OAuthRefusedError } from './auth/oauth1-refusal.ts';
export { UnsignableRequestError } from './auth/oauth1-signable.ts';
export { ActivationError } from './auth/oauth1-token-exchange.ts';
export type {
  AdminAuthOptions,
  AuthOptions,
  AuthStrategy,
  BearerAuthOptions,
  CustomerAuthOptions,
  GuestAuthOptions,
  ImsAuthOptions,
  IntegrationAuthOptions,
  LoginOnRequest,
  OutgoingRequest,
  Refusal,
  SessionAuthOptions,
} from './auth/strategy.ts';
export {
  createMemoryTokenStore,
  type FailedLogin,
  type TokenChange,
  type TokenRecord,
  type TokenStore,
} from './auth/token-store.ts';
export { createMagentoClient, type MagentoClient } from './client.ts';
export { isOutage, isTooMuch, mayBeAboutRows } from './error-kinds.ts';
export * from './errors.ts';
export type { Timeouts } from './http/dispatcher.ts';
export type { FrontOptions } from './http/front.ts';
export { inFreshLane } from './http/lane.ts';
export type { ProxyOptions } from './http/proxy-rules.ts';
export { createRequestBudget, type RequestBudgetOptions } from './http/request-budget.ts';
export {
  type Allowance,
  createRequestGate,
  type GateChange,
  type GateDemand,
  type RequestBudget,
  type RequestGate,
} from './http/request-gate.ts';
export type { RetryOptions } from './http/retry-policy.ts';
export type { RequestEvent } from './http/transport.ts';
export type { MagentoClientOptions } from './options.ts';
export { type CustomerAddress, parseAddress } from './payloads/address.ts';
export type { AttributeMetadata, AttributeOption } from './payloads/attribute.ts';
export type { BulkOperation, BulkReceipt, BulkStatus } from './payloads/bulk.ts';
export type { Category, CategoryTree, Product } from './payloads/catalog.ts';
export type { PersonalData } from './payloads/choose-members.ts';
export { type Customer, parseCustomer } from './payloads/customer.ts';
export type { Country, CountryRegion, CurrencyInformation } from './payloads/directory.ts';
export type { Order, OrderItem } from './payloads/order.ts';
export type { SourceRecord } from './payloads/read-record.ts';
export type { CustomerGroup, StoreConfig, StoreGroup, StoreView, Website } from './payloads/reference.ts';
export type { SalesAddress } from './payloads/sales-address.ts';
export type {
  CreditMemo,
  Invoice,
  SalesDocument,
  SalesDocumentItem,
  Shipment,
  ShipmentTrack,
} from './payloads/sales-document.ts';
export type { EndpointOptions, EndpointSearchOptions } from './resources/any-endpoint.ts';
export type { CallOptions } from './resources/call-options.ts';
export type { CategoryField } from './resources/categories.ts';
export type { CreditMemoField } from './resources/credit-memos.ts';
export type { ConfirmationStatus, CustomerInput } from './resources/customer-writes.ts';
export type { CustomerPage, CustomerRangePage, CustomerWalkOptions } from './resources/customers.ts';
export type { InvoiceField } from './resources/invoices.ts';
export type { OrderField } from './resources/orders.ts';
export type { ProductField } from './resources/products.ts';
export type { IdRange } from './resources/record-reads.ts';
export type { EntityRecords } from './resources/records.ts';
export type { CredentialLook } from './resources/release-signs.ts';
export type { ShipmentField } from './resources/shipments.ts';
export { collect } from './search/collect.ts';
export type { QueryValue } from './search/encode-query.ts';
export {
  type CustomAttributeField,
  type CustomerField,
  type CustomerGroupField,
  customAttribute,
} from './search/fields.ts';
export {
  type ChangePosition,
  changedAfter,
  inIdRange,
  type KeysetNames,
  type KeysetOptions,
  type KeysetPage,
} from './search/keyset-pages.ts';
export { formatMagentoTime, parseMagentoTime } from './search/magento-time.ts';
export type { NumberedPagesOptions } from './search/numbered-pages.ts';
export { currentPageSize, type PageSize, type PageSizer, type PageTiming } from './search/page-size.ts';
export type { ShortPages } from './search/read-page.ts';
export {
  type Condition,
  type FilterTerm,
  MAX_PAGE_SIZE,
  type SearchCriteria,
  type SortDirection,
  searchCriteria,
} from './search/search-criteria.ts';
export type { SearchResult } from './search/search-result.ts';
export type { SoapCallOptions, SoapClient, SoapService } from './soap/soap-client.ts';
export { SoapArgumentError, type SoapArguments } from './soap/write-arguments.ts';
export type { Wsdl, WsdlComplexType, WsdlField, WsdlOperation, WsdlTypeReference } from './soap/wsdl.ts';
export type { Wording } from './wording.ts';
