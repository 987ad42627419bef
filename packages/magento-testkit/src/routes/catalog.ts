import { type Category, categories, categoryTree, rootCategory } from '../catalog/categories.ts';
import { noSuchEntity, WebApiError, wrongType } from '../http/exchange.ts';
import { once, readRows } from '../recordings.ts';
import { conditionTest } from '../search/conditions.ts';
import { attributeList, type Row, read } from './read-routes.ts';
import type { Route, RouteCall } from './route.ts';
import { integerVariable } from './variables.ts';

const productRight = 'Magento_Catalog::products';
const categoryRight = 'Magento_Catalog::categories';

const products = once(() => readRows<Row>('products.ndjson'));

/** Attributes of a product or a category: what is no list or object, `id` by the name of its column, custom attributes. */
function attributesOf({ id, custom_attributes: custom, ...members }: Row): Row {
  const values = Object.entries(members).filter(([, value]) => typeof value !== 'object');
  const customValues = (custom as { attribute_code: string; value: unknown }[]).map(
    ({ attribute_code, value }) => [attribute_code, value] as const,
  );
  return { entity_id: id, ...Object.fromEntries([...customValues, ...values]) };
}

/** SKUs are compared by the database's collation. Magento: module-catalog/Model/ProductRepository.php. */
function product({ variables }: RouteCall): Row {
  const isMeant = conditionTest('eq', variables['sku'] ?? '', 'text');
  const found = products().find(({ sku }) => isMeant(String(sku)));
  if (found) return found;
  const message = "The product that was requested doesn't exist. Verify the product and try again.";
  throw new WebApiError(404, message);
}

function category(id: number): Category {
  const found = categories.find((candidate) => candidate.id === id);
  if (!found) throw noSuchEntity('id', id);
  return found;
}

function wholeNumber({ query }: RouteCall, name: string): number | undefined {
  const value = query.get(name);
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  throw new WebApiError(400, wrongType(typeof value === 'string' ? value : 'array', 'int'));
}

/** Products and categories. Magento: module-catalog/etc/webapi.xml. */
export const catalogRoutes: readonly Route[] = [
  attributeList('/products', productRight, products, attributesOf),
  read('/products/:sku', productRight, product),
  read('/categories', categoryRight, (call) => {
    const root = category(wholeNumber(call, 'rootCategoryId') ?? rootCategory);
    return categoryTree(root, wholeNumber(call, 'depth'));
  }),
  read('/categories/:categoryId', categoryRight, (call) => category(integerVariable(call, 'categoryId'))),
  attributeList('/categories/list', categoryRight, () => categories as unknown as Row[], attributesOf),
];
