import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import type { Environment } from './environment-reader.ts';
import { readNamedFile } from './named-file.ts';
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
    const read = readNamedFile(path);
    const text = typeof read === 'string' ? read.trim() : '';
    if (text !== '') found[name] = text;
    else {
      const { problem } = typeof read === 'string' ? { problem: 'names a file that is empty' } : read;
      problems.push({ variable, problem, example: `/run/secrets/${name.toLowerCase()}` });
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { ...environment, ...found };
}
