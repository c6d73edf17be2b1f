/** What the embedded Supabase, and a deployment, read of supabase/config.toml besides its functions. */

export interface ProjectConfig {
  /** `[auth.email] enable_confirmations`: an account can be used once its address is confirmed. */
  confirmsEmail: boolean;
  /** `[realtime] private_only`: a channel that is not private is refused. */
  privateOnly: boolean;
  /** `[api] schemas`: what the Data API serves. The first is the default. */
  schemas: string[];
}

/** The settings of a config.toml; false (schemas: public) where it does not name them, as with the CLI. */
export function readProjectConfig(toml: string): ProjectConfig {
  return {
    confirmsEmail: readFlag(toml, "auth.email", "enable_confirmations"),
    privateOnly: readFlag(toml, "realtime", "private_only"),
    schemas: readList(toml, "api", "schemas") ?? ["public"],
  };
}

function readValue(toml: string, table: string, key: string): string | undefined {
  let current = "";
  for (const line of toml.split("\n")) {
    current = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim() ?? current;
    const [, name, value] = /^\s*(\w+)\s*=\s*([^#]*?)\s*(?:#.*)?$/.exec(line) ?? [];
    if (current === table && name === key) return value;
  }
  return undefined;
}

const readFlag = (toml: string, table: string, key: string) => readValue(toml, table, key) === "true";

/** A list of texts on one line. */
function readList(toml: string, table: string, key: string): string[] | undefined {
  const names = readValue(toml, table, key)?.matchAll(/"([^"]*)"/g);
  return names && [...names].map(([, name]) => name!);
}
