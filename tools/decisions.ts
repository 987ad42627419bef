/**
 * The decisions numbered in their order, each heading after an empty line.
 *
 * Decisions that two people add at the same time are merged one after the other, often with the same number.
 */
export function numberedDecisions(text: string): string {
  let number = 0;
  return text.replace(/\n*^### \d+\. /gm, () => {
    number += 1;
    return `\n\n### ${number}. `;
  });
}
