import type { SoapClient, SoapClientOptions } from './soap-client.ts';

/** The SOAP client of one shop, loaded with its first call: most clients never speak SOAP, and XML takes its room. */
export function createLazySoapClient(options: SoapClientOptions): SoapClient {
  let loading: Promise<SoapClient> | undefined;
  const load = () => {
    loading ??= import('./soap-client.ts').then(({ createSoapClient }) => createSoapClient(options));
    return loading;
  };
  return {
    services: async (...args) => (await load()).services(...args),
    wsdl: async (...args) => (await load()).wsdl(...args),
    call: async (...args) => (await load()).call(...args),
  };
}
