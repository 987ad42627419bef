import type { ConfigurationProblem } from './configuration-error.ts';
import type { Environment } from './environment.ts';
import { readNamedFile } from './named-file.ts';
import { type VariableName, variables } from './variables.ts';

const suffix = '_FILE';

/**
 * The environment with every variable whose text stands in a file, as Docker and Kubernetes hand secrets over:
 * `MAGENTO_PASSWORD_FILE=/run/secrets/magento` gives MAGENTO_PASSWORD. One that is set itself wins.
 *
 * Files that give nothing are passed over here: whoever needs the variable says what is wrong, with everything else that is.
 */
export function withVariablesFromFiles(environment: Environment): Environment {
  const found: Record<string, string> = {};
  for (const name of Object.keys(variables) as VariableName[]) {
    const text = textFromFile(environment, name);
    if (typeof text === 'string') found[name] = text;
  }
  return { ...environment, ...found };
}

/** The text of a variable that is not set itself, from the file that is named for it, or why that gives none; `undefined` without a file. */
export function textFromFile(
  environment: Environment,
  name: VariableName,
): string | ConfigurationProblem | undefined {
  const variable = `${name}${suffix}`;
  const path = environment[variable]?.trim();
  if (!path || environment[name]?.trim()) return undefined;
  const read = readNamedFile(path);
  const text = typeof read === 'string' ? read.trim() : '';
  if (text !== '') return text;
  const { problem } = typeof read === 'string' ? { problem: 'names a file that is empty' } : read;
  return { variable, problem, example: `/run/secrets/${name.toLowerCase()}` };
}
