import { hostname, networkInterfaces } from 'node:os';

/** The two addresses that the shop and the administrator's browser call. */
export interface ActivationAddresses {
  readonly callbackUrl: string;
  readonly identityLinkUrl: string;
}

/** Where this machine listens, and what the shop calls it. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** What the shop can reach, e.g. behind a reverse proxy; without it a guess is made. */
  readonly publicUrl: string | undefined;
}

/** The least rights that the copy needs, with their places in Magento's tree of resources. */
export const neededRights = [
  { resource: 'Magento_Customer::customer', place: 'Customers' },
  { resource: 'Magento_Customer::group', place: 'Stores > Other Settings > Customer Groups' },
  { resource: 'Magento_Backend::store', place: 'Stores > Settings > All Stores' },
] as const;

/** The addresses to type into Magento. */
export function activationAddresses({ host, port, publicUrl }: Listening): ActivationAddresses {
  const base = publicUrl ?? `http://${host.includes(':') ? `[${reachable(host)}]` : reachable(host)}:${port}`;
  return { callbackUrl: `${base}/callback`, identityLinkUrl: `${base}/identity` };
}

/** What to do in Magento's administration, step by step. */
export function activationInstructions(
  shop: { readonly baseUrl: string },
  { callbackUrl, identityLinkUrl }: ActivationAddresses,
  { guessed }: { readonly guessed: boolean },
): string {
  const rights = neededRights.map(({ resource, place }) => `       ${resource.padEnd(28)} ${place}`);
  return [
    `In the administration of ${shop.baseUrl}:`,
    '',
    '  1. Open System > Extensions > Integrations and press "Add New Integration", or open the one you have.',
    '  2. Type under "Integration Info":',
    '       Name                         magento-sync',
    `       Callback URL                 ${callbackUrl}`,
    `       Identity link URL            ${identityLinkUrl}`,
    '       Your Password                your own password for the administration',
    '  3. Choose "Custom" under "API" and tick the least rights:',
    ...rights,
    '  4. Press "Save", then "Activate" in the list ("Reauthorize" when it was active before), then "Allow".',
    '',
    'The server of the shop must reach the callback URL, and your browser the identity link.',
    ...(guessed
      ? ['The address is a guess: give --public-url when the shop has to call this machine by another one.']
      : []),
  ].join('\n');
}

/** A listener on all interfaces is reached by the machine's own address. */
function reachable(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
  return outside?.address ?? hostname();
}
