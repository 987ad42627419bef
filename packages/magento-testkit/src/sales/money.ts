/** Rounds an amount to the decimals that a column keeps, 4 when not said otherwise. */
export function money(amount: number, decimals = 4): number {
  const factor = 10 ** decimals;
  return Math.round((amount + Number.EPSILON) * factor) / factor;
}
