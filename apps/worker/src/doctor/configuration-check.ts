import { type Config, parseConfig } from '../config/config.ts';
import { ConfigurationError } from '../config/configuration-error.ts';
import type { Environment } from '../config/environment.ts';
import { type Finding, ok, problem } from './finding.ts';

/** The configuration when it can be used, and what was found about it. */
export interface CheckedConfiguration {
  readonly config: Config | undefined;
  readonly findings: readonly Finding[];
}

/** Reads the environment; every wrong variable is a finding of its own. */
export function checkConfiguration(environment: Environment): CheckedConfiguration {
  try {
    const config = parseConfig(environment);
    const { baseUrl, auth } = config.magento;
    const signIn =
      auth.kind === 'stored-integration' ? 'an integration whose credentials are stored' : auth.kind;
    return {
      config,
      findings: [ok('configuration', `shop "${config.shop}" at ${baseUrl}, signing in as ${signIn}`)],
    };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const findings = error.problems.map(({ variable, problem: what, example }) =>
      problem('configuration', `${variable} ${what}. Example: ${variable}=${example}`),
    );
    return { config: undefined, findings };
  }
}
