/**
 * The functions' variables: .env.example says which there are and what they are in development;
 * .env, a file given by name, and the environment override it, the later the stronger.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";

const EXAMPLE = fileURLToPath(new URL("../.env.example", import.meta.url));
const OWN = fileURLToPath(new URL("../.env", import.meta.url));

type Environment = Record<string, string>;

const read = (file: string) => parseEnv(readFileSync(file, "utf8")) as Environment;

/** The values for development alone, whatever this machine sets: what tests run with. */
export function developmentEnvironment(): Environment {
  return read(EXAMPLE);
}

/**
 * The values to run with. Names that .env.example does not know are left out, for most of the environment is none of
 * ours.
 * @throws Error when `envFile` cannot be read.
 */
export function loadEnvironment(envFile?: string): Environment {
  if (envFile !== undefined && !existsSync(envFile)) throw new Error(`There is no file ${envFile} (--env-file).`);
  const defaults = developmentEnvironment();
  const overrides = [existsSync(OWN) ? read(OWN) : {}, envFile === undefined ? {} : read(envFile), process.env];
  const known = Object.keys(defaults).map((name) => [
    name,
    overrides.findLast((source) => source[name] !== undefined)?.[name],
  ]);
  return { ...defaults, ...Object.fromEntries(known.filter(([, value]) => value !== undefined)) };
}
