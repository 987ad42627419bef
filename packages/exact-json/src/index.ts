export { ByteWriter, tenThousandthsOf } from './byte-writer.ts';
export {
  type ExactNumber,
  isExactNumber,
  parseJson,
  type ReadJson,
  readJson,
  stringifyJson,
} from './exact-json.ts';
export { JsonWriter, orderedJson, writeOrderedJson } from './json-writer.ts';
