/**
 * Every file and folder of ours is named in snake_case. Exceptions: names that a tool or a convention prescribes, a
 * number in front where order matters (`10-tables`), and folders of functions, which are URLs (`payment-status`).
 */

const SNAKE_CASE = /^\.?(\d+-)?[a-z0-9_]+(\.[a-z0-9_]+)*$/;

const PRESCRIBED = new Set([
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  ".dependency-cruiser.cjs",
  "package-lock.json",
]);

/** @returns a line for each file whose path is not all snake_case. */
export function findMisnamed(files: string[]): string[] {
  const misnamed = files.flatMap((file) => {
    const parts = file.replace(/^functions\/(?!_)[^/]+\//, "").split("/");
    const wrong = parts.find((part) => !PRESCRIBED.has(part) && !SNAKE_CASE.test(part));
    return wrong === undefined ? [] : [`${file}: "${wrong}" is not snake_case. Rename it.`];
  });
  return misnamed;
}
