/** An administrator of the shop. */
export interface AdminUser {
  readonly id: number;
  readonly username: string;
  readonly password: string;
  readonly active: boolean;
  readonly resources: 'all' | readonly string[];
}

/** The administrators of the recorded shop. Magento: recordings/tokens.json. */
export const recordedAdmins: readonly AdminUser[] = [
  { id: 1, username: 'admin', password: 'Passw0rd123!', active: true, resources: 'all' },
  { id: 3, username: 'disabled', password: 'Passw0rd123!', active: false, resources: 'all' },
  {
    id: 2,
    username: 'catalog',
    password: 'Passw0rd123!',
    active: true,
    resources: ['Magento_Catalog::products'],
  },
  {
    id: 4,
    username: 'limited',
    password: 'Passw0rd123!',
    active: true,
    resources: ['Magento_Catalog::products'],
  },
];

/** Password of every customer of the recorded shop. */
export const customerPassword = 'Passw0rd123!';
