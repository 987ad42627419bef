import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest files, those first that take longest; then where long tests live. What matches none comes last. */
const longest = [
  /\/tests\/chaos\/(mutations|scenes)\.integration\.test\.ts$/,
  /\/worker\/src\/daemon\.integration\.test\.ts$/,
  /\/tests\/chaos\/stories\.integration\.test\.ts$/,
  /\/worker\/src\/(shops-daemon|secrets|refusing-queue|shared-sign-in)\.integration\.test\.ts$/,
  /\/tests\/chaos\/daemons\.integration\.test\.ts$/,
  /\/console\/page-in-browser\.integration\.test\.ts$/,
  /\/benchmarks\/src\/run\.integration\.test\.ts$/,
  /\/tests\/installation\.integration\.test\.ts$/,
  /\/shop-budget\/[\w-]+\.integration\.test\.ts$/,
  /\/worker\/src\/commands\/(commands|pause|init|authorize)\.integration\.test\.ts$/,
  /\/connection\/poolers\.integration\.test\.ts$/,
  /\/tests\/chaos\//,
  /\/apps\/worker\/.*\.integration\.test\.ts$/,
  /\.integration\.test\.ts$/,
];

/** Starts the long files first, so that no worker is left with one of them at the end while the others are done. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((pattern) => pattern.test(moduleId));
      return place < 0 ? longest.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
