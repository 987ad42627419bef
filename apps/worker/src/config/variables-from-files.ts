import { readFileSync } from 'node:fs';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import type { Environment } from './environment-reader.ts';
import { variables } from './variables.ts';

const suffix = '_FILE';

/**
 * The environment with every variable whose text stands in a file, as Docker and Kubernetes hand secrets over:
 * `MAGENTO_PASSWORD_FILE=/run/secrets/magento` gives MAGENTO_PASSWORD. One that is set itself wins.
 *
 * @throws ConfigurationError with all files that cannot be read or are empty.
 */
export function withVariablesFromFiles(environment: Environment): Environment {
  const found: Record<string, string> = {};
  const problems: ConfigurationProblem[] = [];
  for (const name of Object.keys(variables)) {
    const variable = `${name}${suffix}`;
    const path = environment[variable]?.trim();
    if (!path || environment[name]?.trim()) continue;
    const reject = (problem: string) =>
      problems.push({ variable, problem, example: `/run/secrets/${name.toLowerCase()}` });
    try {
      const text = readFileSync(path, 'utf8').trim();
      if (text === '') reject('names a file that is empty');
      else found[name] = text;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      reject(`names a file that cannot be read (${code}); in a container it has to be mounted first`);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { ...environment, ...found };
}
