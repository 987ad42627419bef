/** The verbs of Magento's services that only read, and the token operations, which change nothing of the shop's data. */
const READS =
  /^(?:Get|List|Search|Find|Fetch|Load|Retrieve|Is|Has|Can|Count|Check|Estimate|Calculate|Create(?:Admin|Customer)AccessToken)(?![a-z])/;

/** Whether an operation's name, without its service, says that it only reads: `GetList`, `IsEmailAvailable`. */
export function isReadOperation(name: string): boolean {
  return READS.test(name);
}
