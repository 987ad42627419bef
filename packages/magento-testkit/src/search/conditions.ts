/** How a column compares: numbers and dates are converted by the database, text ignores case. */
export type ColumnKind = 'number' | 'date' | 'text';

type Test = (cell: string | number | null) => boolean;

/**
 * The test that a condition makes of a cell.
 *
 * Magento: framework/DB/Adapter/Pdo/Mysql.php::prepareSqlCondition; recordings/customers-search.json. A condition that is not
 * known compares for equality ('unknown condition acts as eq').
 */
export function conditionTest(condition: string, value: string | null, kind: ColumnKind): Test {
  const text = value ?? '';
  const compare = comparison(kind, text);
  const known =
    (test: (order: number) => boolean): Test =>
    (cell) =>
      cell !== null && test(compare(cell));
  switch (condition) {
    case 'gt':
      return known((order) => order > 0);
    case 'gteq':
    case 'from':
      return known((order) => order >= 0);
    case 'lt':
      return known((order) => order < 0);
    case 'lteq':
    case 'to':
      return known((order) => order <= 0);
    case 'neq':
      return known((order) => order !== 0);
    case 'in':
    case 'nin': {
      const members = text.split(',').map((member) => comparison(kind, member));
      const isMember = (cell: string | number) => members.some((member) => member(cell) === 0);
      return (cell) => cell !== null && isMember(cell) === (condition === 'in');
    }
    case 'null':
      return (cell) => cell === null;
    case 'notnull':
      return (cell) => cell !== null;
    case 'like':
    case 'nlike': {
      const pattern = likePattern(text);
      return (cell) => cell !== null && pattern.test(fold(String(cell))) === (condition === 'like');
    }
    case 'finset':
      return (cell) => cell !== null && String(cell).split(',').includes(text);
    case 'nfinset':
      return (cell) => cell !== null && !String(cell).split(',').includes(text);
    default:
      return known((order) => order === 0);
  }
}

function comparison(kind: ColumnKind, text: string): (cell: string | number) => number {
  if (kind === 'number') {
    // MariaDB reads the digits at the start of a text and takes anything else for 0.
    const number = Number.parseFloat(text) || 0;
    return (cell) => Number(cell) - number;
  }
  const bound = kind === 'date' ? dateText(text) : fold(text);
  return (cell) => {
    const found = kind === 'date' ? String(cell) : fold(String(cell));
    return found < bound ? -1 : found > bound ? 1 : 0;
  };
}

/** A zone is ignored, a bare date means midnight, and what is no date is before every date ('garbage date matches everything'). */
function dateText(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2}))?/.exec(text);
  return match ? `${match[1]} ${match[2] ?? '00:00:00'}` : '';
}

/** Text as the database's collation compares it: case and accents do not count. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function likePattern(text: string): RegExp {
  const source = [...fold(text)]
    .map((letter) =>
      letter === '%' ? '.*' : letter === '_' ? '.' : letter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`, 'su');
}
