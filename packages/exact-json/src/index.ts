export { ByteWriter, type Careful, careful, tenThousandthsOf } from './byte-writer.ts';
export {
  type ExactNumber,
  isExactNumber,
  parseJson,
  type ReadJson,
  readJson,
  stringifyJson,
} from './exact-json.ts';
export { byLength, type JsonOrder, JsonWriter, orderedJson } from './json-writer.ts';
