import type { Integration, IntegrationToken, NewIntegration } from './integration.ts';
import { randomCredential } from './random-credential.ts';
import { recordedIntegrations } from './recorded-integrations.ts';

/** How the administration of integrations is set up. */
export interface IntegrationsOptions {
  /** Makes keys, secrets, tokens and verifiers; replaced where a recording must be met to the letter. */
  readonly generate?: () => string;
  /** What exists from the start; the four recorded integrations unless given. */
  readonly existing?: readonly NewIntegration[];
}

/** The shop's integrations, as System > Integrations of the administration keeps them. */
export class Integrations {
  readonly #integrations: Integration[] = [];
  readonly #generate: () => string;

  constructor(options: IntegrationsOptions = {}) {
    this.#generate = options.generate ?? randomCredential;
    for (const integration of options.existing ?? recordedIntegrations) this.create(integration);
  }

  /**
   * Creates an integration. Without a callback URL and with `active`, it has an access token at once; with a
   * callback URL it stays inactive until the handshake is through.
   */
  create(input: NewIntegration): Integration {
    const id = Math.max(0, ...this.#integrations.map((integration) => integration.id)) + 1;
    const hasToken = input.accessToken !== undefined || (input.active === true && !input.callbackUrl);
    const integration: Integration = {
      id,
      consumerId: id,
      name: input.name,
      active: input.active ?? false,
      consumerKey: input.consumerKey ?? this.#generate(),
      consumerSecret: input.consumerSecret ?? this.#generate(),
      callbackUrl: input.callbackUrl,
      identityLinkUrl: input.identityLinkUrl,
      resources: input.resources ?? 'all',
      token: undefined,
      postedAt: 0,
    };
    if (hasToken) {
      integration.token = this.#newToken('access', undefined, input.accessToken, input.accessTokenSecret);
    }
    this.#integrations.push(integration);
    return integration;
  }

  all(): readonly Integration[] {
    return this.#integrations;
  }

  /** The integration with this name or id; throws when there is none. */
  get(nameOrId: string | number): Integration {
    const found = this.#integrations.find(({ id, name }) => id === nameOrId || name === nameOrId);
    if (found) return found;
    const names = this.#integrations.map(({ name }) => `"${name}"`).join(', ');
    throw new Error(`The shop has no integration "${nameOrId}"; it has ${names || 'none'}.`);
  }

  findByConsumerKey(consumerKey: string): Integration | undefined {
    return this.#integrations.find((integration) => integration.consumerKey === consumerKey);
  }

  findByToken(value: string): Integration | undefined {
    return this.#integrations.find((integration) => integration.token?.value === value);
  }

  /** Switches an integration off or on without touching its credentials. */
  setActive(nameOrId: string | number, active: boolean): void {
    this.get(nameOrId).active = active;
  }

  /** Deletes an integration with its credentials. */
  remove(nameOrId: string | number): void {
    this.#integrations.splice(this.#integrations.indexOf(this.get(nameOrId)), 1);
  }

  /** The verifier token for a handshake; an unused earlier one is kept. Magento: Oauth/Token.php. */
  createVerifier(integration: Integration): string {
    const verifier = integration.token?.type === 'verifier' ? integration.token.verifier : undefined;
    if (verifier !== undefined) return verifier;
    const created = this.#generate();
    integration.token = this.#newToken('verifier', created);
    return created;
  }

  /** Turns the verifier into a request token, or the request token into the access token. */
  exchange(integration: Integration, type: 'request' | 'access'): IntegrationToken {
    const token = this.#newToken(type, integration.token?.verifier);
    integration.token = token;
    if (type === 'access') integration.active = true;
    return token;
  }

  #newToken(
    type: IntegrationToken['type'],
    verifier?: string,
    value = this.#generate(),
    secret = this.#generate(),
  ): IntegrationToken {
    return { type, value, secret, verifier, revoked: false };
  }
}
