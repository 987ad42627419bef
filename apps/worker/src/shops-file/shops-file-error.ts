/** Where something stands in the file of shops; lines and columns count from 1, and are `null` for the file as a whole. */
export interface Place {
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** One thing that is wrong with the file, or with what it refers to. */
export interface FileProblem extends Place {
  /** The key that it is about, and what is wrong. */
  readonly says: string;
}

/** A place as editors and terminals understand it. */
export function placeText({ path, line, column }: Place): string {
  return line === null ? path : `${path}:${line}:${column}`;
}

/** shops.yaml, or what it says about one shop, cannot be used; the message lists every problem at once, each with its line. */
export class ShopsFileError extends Error {
  override readonly name = 'ShopsFileError';
  readonly problems: readonly FileProblem[];

  /**
   * @param shop the only one that the problems concern; absent when the file as a whole cannot be used.
   */
  constructor(problems: readonly FileProblem[], shop?: string) {
    const distinct = new Map(problems.map((problem) => [problemText(problem), problem]));
    super(messageOf([...distinct.keys()], problems, shop));
    this.problems = [...distinct.values()];
  }
}

/** A problem in one line, with its place in front. */
export function problemText(problem: FileProblem): string {
  return problem.line === null ? problem.says : `${placeText(problem)} ${problem.says}`;
}

function messageOf(
  texts: readonly string[],
  problems: readonly FileProblem[],
  shop: string | undefined,
): string {
  const [only] = texts;
  // In one line wherever it can be: it stands in tables, metrics and pages.
  if (texts.length === 1 && only !== undefined && (shop !== undefined || problems[0]?.line === null))
    return only;
  const head =
    shop === undefined
      ? 'The file of shops cannot be used'
      : `The settings of the shop ${shop} cannot be used`;
  return `${head}:\n${texts.map((each) => `  ${each}`).join('\n')}`;
}
