import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where long tests live; what matches none comes last. */
const longest = [
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
