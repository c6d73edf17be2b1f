/** What a computation costs, whatever else the machine does: the time this process was at work, in ms, and not the clock's. */
export function cpuTimeOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
