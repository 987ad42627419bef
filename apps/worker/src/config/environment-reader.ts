import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import type { Environment } from './environment.ts';
import { Secret } from './secret.ts';
import type { Variable } from './variable.ts';
import { type VariableName, type VariableValue, variables } from './variables.ts';
import { textFromFile } from './variables-from-files.ts';

/** Reads variables one by one and remembers everything that is wrong, so that it can be said at once. */
export class EnvironmentReader {
  readonly #environment: Environment;
  readonly #problems = new Map<string, ConfigurationProblem>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Value of a variable, its default, or `undefined` when it is not set or wrong. */
  read<Name extends VariableName>(name: Name): VariableValue<Name> | undefined {
    const variable = variables[name];
    const fallback = 'default' in variable ? variable.default : undefined;
    const text = this.#textOf(name) ?? this.#textFromFile(name) ?? fallback;
    if (text === undefined) return undefined;
    const parsed = variable.schema.safeParse(text);
    if (parsed.success) return parsed.data as VariableValue<Name>;
    this.reject(name, parsed.error.issues[0]?.message ?? 'is not valid');
    return undefined;
  }

  /** Like `read`, but a variable that is not set is a problem; `reason` says why it is needed. */
  require<Name extends VariableName>(name: Name, reason?: string): VariableValue<Name> | undefined {
    const value = this.read(name);
    if (value === undefined && !this.#problems.has(name)) {
      this.reject(name, `is missing${reason ? ` (${reason})` : ''}${this.#mistypedHint(name)}`);
    }
    return value;
  }

  /** Every variable that is set or has a default, as text that may be shown. */
  describe(): Record<string, string> {
    const shown = Object.entries(variables).map(([name, variable]) => {
      const text = this.#textOf(name as VariableName);
      if (text === undefined) return [name, 'default' in variable ? variable.default : undefined] as const;
      const parsed = variable.schema.safeParse(text);
      return [name, parsed.success ? shownValue(parsed.data, text) : '[not valid]'] as const;
    });
    return Object.fromEntries(shown.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  #textOf(name: VariableName): string | undefined {
    const variable: Variable = variables[name];
    const names = [name, ...(variable.aliases ?? [])];
    return names.map((each) => this.#environment[each]?.trim()).find(Boolean);
  }

  /** Of a file that gives nothing, the variable is wrong, and not missing. */
  #textFromFile(name: VariableName): string | undefined {
    const text = textFromFile(this.#environment, name);
    if (typeof text !== 'object') return text;
    this.#problems.set(name, text);
    return undefined;
  }

  reject(variable: VariableName, problem: string): void {
    this.#problems.set(variable, { variable, problem, example: variables[variable].example });
  }

  /** Throws one `ConfigurationError` with every problem found so far. */
  assertSound(): void {
    if (this.#problems.size > 0) throw new ConfigurationError([...this.#problems.values()]);
  }

  #mistypedHint(wanted: string): string {
    const close = Object.keys(this.#environment).find(
      (name) => !(name in variables) && this.#environment[name] && editDistanceAtMost(name, wanted, 2),
    );
    return close ? `; ${close} is set, is its name mistyped?` : '';
  }
}

/** As it was typed, unless it is a secret or holds one. */
function shownValue(value: unknown, typed: string): string {
  if (value instanceof Secret) return String(value);
  if (typeof value !== 'object' || value === null) return typed;
  if (!('url' in value)) return JSON.stringify(value);
  const hasLogin = 'basicAuth' in value && value.basicAuth !== undefined;
  return `${String(value.url)}${hasLogin ? ' (with a login for its web server, hidden)' : ''}`;
}

function editDistanceAtMost(one: string, other: string, limit: number): boolean {
  if (Math.abs(one.length - other.length) > limit) return false;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[other.length] ?? limit + 1) <= limit;
}
