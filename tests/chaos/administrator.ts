/** The administrator of the stand-in shop. */
export const administrator = { username: 'admin', password: 'Passw0rd123!' };
