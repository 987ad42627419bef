/** Options of a connection to the queue in tests that expect no trouble of it. */
export const quietConnection = { applicationName: 'magento-sync test', onError: () => undefined };
