/** One thing that is wrong with the environment. */
export interface ConfigurationProblem {
  readonly variable: string;
  /** What is wrong, as the rest of a sentence that begins with the variable's name. */
  readonly problem: string;
  /** A line that would be right. */
  readonly example: string;
}

/** The environment cannot be used; the message lists every problem at once, each with an example. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const count = problems.length === 1 ? 'One setting is' : `${problems.length} settings are`;
    const lines = problems.map(
      ({ variable, problem, example }) => `  ${variable} ${problem}. Example: ${variable}=${example}`,
    );
    super(`${count} wrong or missing:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
