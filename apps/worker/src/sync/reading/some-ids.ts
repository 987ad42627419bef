const mostNamed = 10;

/** The first of some ids as a reason names them, separated by commas; an ellipsis stands for the others. */
export function someIds(ids: readonly number[]): string {
  return `${ids.slice(0, mostNamed).join(', ')}${ids.length > mostNamed ? ', …' : ''}`;
}
