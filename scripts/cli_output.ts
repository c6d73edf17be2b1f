/** What the Supabase CLI printed, for our own messages. */
import type { Ran } from "../local/supabase_cli.ts";

/** Lines that it prints whatever happens. */
const NOISE = new RegExp(
  `^(${[
    "\\s*$",
    "│",
    "▲",
    "Target: ",
    "Confirmed by --yes",
    "DRY RUN",
    "Deploying Function",
    "Uploading asset",
    "Try rerunning the command with --debug",
    "Connect to your database by setting the env var",
  ].join("|")})`,
);

/** Its output without noise, each line indented, to show below a line of ours. */
export function cliOutput({ stdout, stderr }: Ran): string {
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => !NOISE.test(line));
  return lines.map((line) => `  ${line}`).join("\n");
}
