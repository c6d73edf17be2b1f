/** What the embedded Supabase, and a deployment, read of supabase/config.toml besides its functions. */

export interface ProjectConfig {
  /** `[auth.email] enable_confirmations`: an account can be used once its address is confirmed. */
  confirmsEmail: boolean;
  /** `[realtime] private_only`: a channel that is not private is refused. */
  privateOnly: boolean;
}

/** The settings of a config.toml; false where it does not name them, as with the CLI. */
export function readProjectConfig(toml: string): ProjectConfig {
  return {
    confirmsEmail: readFlag(toml, "auth.email", "enable_confirmations"),
    privateOnly: readFlag(toml, "realtime", "private_only"),
  };
}

function readFlag(toml: string, table: string, key: string): boolean {
  let current = "";
  for (const line of toml.split("\n")) {
    current = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim() ?? current;
    const [, name, value] = /^\s*(\w+)\s*=\s*(true|false)\s*(?:#.*)?$/.exec(line) ?? [];
    if (current === table && name === key) return value === "true";
  }
  return false;
}
