/**
 * What a computation costs: the CPU time of this process, in ms, which does not depend on what else the machine does.
 */
export function cpuTimeOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
