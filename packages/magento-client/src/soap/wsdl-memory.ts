import { abortable } from '../http/abortable.ts';
import type { Wsdl } from './wsdl.ts';

/** Remembers WSDLs: each is fetched once, also for callers who ask at the same time. */
export interface WsdlMemory {
  /** `services` separated by commas. */
  get(services: string, signal: AbortSignal): Promise<Wsdl>;
  /** The same, fetched anew when the remembered one lacks the operation: a module was installed or a right was given. */
  getOffering(services: string, operation: string, signal: AbortSignal): Promise<Wsdl>;
}

/** Creates an empty memory; a failed fetch is not remembered. */
export function createWsdlMemory(
  fetch: (services: string, signal: AbortSignal) => Promise<Wsdl>,
): WsdlMemory {
  const known = new Map<string, Promise<Wsdl>>();
  // One caller that gives up must not end the fetch for the others.
  const lifetime = new AbortController().signal;

  function load(services: string): Promise<Wsdl> {
    const loading = fetch(services, lifetime);
    known.set(services, loading);
    loading.catch(() => {
      if (known.get(services) === loading) known.delete(services);
    });
    return loading;
  }

  return {
    get: (services, signal) => abortable(known.get(services) ?? load(services), signal),
    async getOffering(services, operation, signal) {
      const remembered = known.get(services);
      const wsdl = await abortable(remembered ?? load(services), signal);
      if (remembered === undefined || wsdl.operations.has(operation)) return wsdl;
      const current = known.get(services);
      return abortable(current === undefined || current === remembered ? load(services) : current, signal);
    },
  };
}
