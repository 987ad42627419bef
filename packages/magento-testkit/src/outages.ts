import { readFileSync } from 'node:fs';
import type { ShopAnswer } from './http/exchange.ts';
import { recordingsFolder } from './recordings.ts';

/** The page a shop shows in maintenance mode. Magento: recordings/outages.json 'maintenance mode'. */
export function maintenancePage(): ShopAnswer {
  return recordedOutage('maintenance mode');
}

/** Magento's answer while its database is down. Magento: recordings/outages.json 'database down'. */
export function databaseDownAnswer(): ShopAnswer {
  return recordedOutage('database down');
}

function recordedOutage(title: string): ShopAnswer {
  const text = readFileSync(new URL('outages.json', recordingsFolder), 'utf8');
  const { exchanges } = JSON.parse(text) as { exchanges: { title: string; response: ShopAnswer }[] };
  const found = exchanges.find((exchange) => exchange.title === title);
  if (!found) throw new Error(`recordings/outages.json has no exchange "${title}".`);
  return found.response;
}
