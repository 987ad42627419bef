/**
 * An array as PostgreSQL reads it, of values whose texts hold neither quotes nor backslashes: ids, digests, times.
 *
 * pg looks for both in each element, which costs more than everything else that is done with a thousand ids.
 */
export function plainArray(values: readonly (number | string | null)[]): string {
  let text = '{';
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    const element = typeof value === 'string' ? `"${value}"` : String(value ?? 'NULL');
    text += index === 0 ? element : `,${element}`;
  }
  return `${text}}`;
}
