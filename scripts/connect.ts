/** `npm run connect`: registers the webhook of a provider by its API, and stores what it signs with. */
import { ApiError } from "../functions/_shared/http/api_client.ts";
import { PROVIDERS } from "../functions/_shared/providers/registry.ts";
import { type CommandLine, Failure, main, NotRepeatable, type RunOptions, runCommand, UsageError } from "./command.ts";
import { REGISTRARS, type Registered, type Registrar } from "./connect/registrars.ts";
import { type ManagementClient, managementClient } from "./deploy/management_client.ts";
import { webhookUrl } from "./deploy/next_steps.ts";
import { readDigests, storeSecrets } from "./deploy/secrets.ts";
import { readProfile, readRef, readSecrets, readToken } from "./deploy/target.ts";

const NAMES = Object.keys(REGISTRARS);
/** For all tries to store a secret together. */
const STORE_MS = 90_000;
/** After these, a webhook that was asked for may be there. */
const MAYBE_MADE = new Set(["no_answer", "unavailable", "unexpected_answer"]);

const HELP = `
Registers the webhook of a hosted project at a provider, by the provider's API: its address, exactly the events that are
acted on, and the version of the API where there is one. It may be repeated: a webhook of the same address is brought up
to date, and not made twice. What the provider signs with is stored as the function secret, and not printed.

SUPABASE_ACCESS_TOKEN=sbp_… npm run connect -- ${NAMES.join("|")} --project REF --env-file PATH [options]

  --project REF    the project: the 20 letters in the address of its dashboard
  --env-file PATH  the variables of .env.example that hold the provider's API key
  --dry-run        says what would change, and changes nothing
  --replace        makes a new webhook, with a new secret, and disables the one of the same address (stripe, whop);
                   fathom's older one must be deleted by hand, and paypal has no secret to replace
  --url URL        another address than that of the project's function. With it, and without --project, nothing is
                   stored: the secret must be printed
  --show-secret    prints what is to be stored, too
  --profile FILE   another Supabase than supabase.com, as \`supabase --profile\` takes it`;

const OPTIONS = {
  project: { type: "string" },
  "env-file": { type: "string" },
  "dry-run": { type: "boolean" },
  replace: { type: "boolean" },
  url: { type: "string" },
  "show-secret": { type: "boolean" },
  profile: { type: "string" },
} as const;

interface Order {
  provider: string;
  registrar: Registrar;
  events: readonly string[];
  url: string;
  /** Where the secret is stored; undefined: it is printed. */
  api?: ManagementClient;
  /** The same, but not stopped by Ctrl+C: a secret that was told once is still stored. */
  storage?(): ManagementClient;
  /** What the file says the secret is. */
  inFile?: string;
  file: string;
  dryRun: boolean;
  replace: boolean;
  showSecret: boolean;
  signal?: AbortSignal;
}

async function readOrder(
  { values, positionals }: CommandLine<typeof OPTIONS>,
  { env = process.env, signal }: RunOptions,
): Promise<Order> {
  const [provider = "", ...more] = positionals;
  const open = Object.hasOwn(REGISTRARS, provider) ? REGISTRARS[provider] : undefined;
  if (open === undefined || more.length > 0) {
    const complaint = provider === "" ? "Which provider?" : `"${positionals.join(" ")}" cannot be connected by an API.`;
    throw new UsageError(`${complaint} There is: ${NAMES.join(", ")}.`);
  }
  const file = values["env-file"];
  if (file === undefined) throw new UsageError("--env-file names the file with the provider's API key.");
  const { all } = readSecrets(file);
  const registrar = open((name) => all[name]);
  const unset = registrar.requires.filter((name) => !all[name]);
  if (unset.length > 0) throw new UsageError(`${file} does not set ${unset.join(", ")}: ${provider}'s API needs it.`);
  const [dryRun, replace, showSecret] = [values["dry-run"], values.replace, values["show-secret"]].map(Boolean);

  let api: ManagementClient | undefined;
  let storage: Order["storage"];
  let { url } = values;
  if (values.project !== undefined) {
    const { apiUrl, projectHost } = readProfile(values.profile);
    const ref = readRef(values.project);
    const access = { ref, token: readToken(env), apiUrl, fetch, retryDelayMs: 500 };
    api = managementClient({ ...access, signal });
    storage = () => managementClient({ ...access, signal: AbortSignal.timeout(STORE_MS) });
    const { region } = Object(await api.ask("", "The project could not be read")) as { region?: string };
    url ??= webhookUrl(`https://${ref}.${projectHost}/functions/v1`, provider, region);
  } else if (url === undefined) {
    throw new UsageError("Which project? --project takes the 20 letters in the address of its dashboard.");
  } else if (!showSecret && !dryRun) {
    throw new UsageError("Without --project the secret is stored nowhere, and told only once: add --show-secret.");
  }
  if (!URL.canParse(url))
    throw new UsageError(`--url ${url}: expected a whole URL, like https://…/functions/v1/stripe`);
  const { eventTypes } = await PROVIDERS[provider]!.webhook();
  return {
    ...{ provider, registrar, url, api, storage, signal, file, inFile: all[registrar.variable] },
    ...{ dryRun: dryRun!, replace: replace!, showSecret: showSecret! },
    events: eventTypes?.() ?? [],
  };
}

const sameSet = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one) => b.includes(one));

async function connect(order: Order): Promise<void> {
  const { provider, registrar, url, api, dryRun, replace } = order;
  const { variable } = registrar;
  // Before anything is made: what a provider tells once must have a place to go to.
  const digests = api && (await readDigests(api));
  const events = (await registrar.available?.(order.events)) ?? order.events;
  const all = (await registrar.list?.()) ?? [];
  const found = all.find((one) => one.url === url && one.enabled);
  console.log(`${provider}: ${url}`);
  tellStale(all, found, order);
  if (found && replace && registrar.disable === undefined) {
    throw new Failure(
      `${provider} takes no second webhook of the same address, and ${found.id} has no secret to replace. Run the ` +
        `command without --replace: it stores ${variable} anew. Nothing was changed.`,
    );
  }
  if (found && !replace) return update(order, found, events, digests?.has(variable));
  if (registrar.list === undefined && digests?.has(variable) && !replace) {
    throw new Failure(
      `The project has ${variable} already, and ${provider}'s API does not list webhooks. If there is none any more ` +
        `(${registrar.where}), add --replace: it makes another. Nothing was changed.`,
    );
  }
  console.log(`  Events: ${events.join(", ")}`);
  if (registrar.version !== undefined) console.log(`  API version: ${registrar.version}`);
  if (dryRun) {
    console.log(`  It would be made, and ${variable} stored. Nothing was changed (--dry-run).`);
    return;
  }
  order.signal?.throwIfAborted();
  const secret = await registrar.create(url, events).catch((error: unknown) => {
    if (registrar.told || !(error instanceof ApiError) || !MAYBE_MADE.has(error.code)) throw error;
    // Nobody knows whether it is there; if it is, its secret was told to nobody, and a second run would find it well.
    throw new NotRepeatable(
      `${error.message}. Perhaps the webhook was made, and what it signs with is lost: look there ` +
        `(${registrar.where}), and delete it. Then run the command again with --replace.`,
    );
  });
  console.log("  It is made.");
  await store(order, secret, digests !== undefined);
  if (found) {
    await registrar.disable?.(found.id);
    console.log(`  ${found.id}, of the same address, is disabled.`);
  } else if (replace && registrar.list === undefined) {
    console.log(`  Delete the older one, which still sends and is refused: ${registrar.where}.`);
  }
}

/** Webhooks that were made for this function, and are not the one that counts. */
function tellStale(all: Registered[], found: Registered | undefined, { url, registrar }: Order): void {
  const place = (address: string) => (URL.canParse(address) ? address.replace(/[?#].*$/, "") : address);
  for (const one of all) {
    if (one === found || place(one.url) !== place(url)) continue;
    const why = one.enabled ? `goes to ${one.url}` : "is disabled";
    console.log(`  ${one.id} is stale: it ${why}. Delete it: ${registrar.where}.`);
  }
}

/** The webhook exists: its events are brought up to date. Its secret is not told again. */
async function update(
  { provider, registrar, dryRun, ...order }: Order,
  found: Registered,
  events: readonly string[],
  isStored: boolean | undefined,
): Promise<void> {
  const missing = events.filter((event) => !found.events.includes(event));
  const surplus = found.events.filter((event) => !events.includes(event));
  if (registrar.version !== undefined && found.version !== registrar.version) {
    throw new Failure(
      `${found.id} has the API version ${found.version ?? "of the account"}, not ${registrar.version}, and ${provider} ` +
        "does not change it. Add --replace: it makes another, and disables this one. Nothing was changed.",
    );
  }
  if (sameSet(found.events, events)) console.log(`  ${found.id} has exactly the events that are acted on.`);
  else {
    if (missing.length > 0) console.log(`  Added: ${missing.join(", ")}`);
    if (surplus.length > 0) console.log(`  Taken away: ${surplus.join(", ")}`);
    if (!dryRun) await registrar.update!(found.id, events);
  }
  const told = registrar.told?.(found);
  if (dryRun) console.log("  Nothing was changed (--dry-run).");
  else if (told !== undefined) await store({ provider, registrar, dryRun, ...order }, told, true);
  else if (isStored === false) {
    throw new Failure(
      `The project has no ${registrar.variable}, and ${provider} tells it only in its dashboard. Copy it from there ` +
        `(${registrar.where}) into ${order.file} and deploy, or add --replace: it makes another webhook.`,
    );
  } else if (order.api) {
    console.log(
      `  Whether the stored ${registrar.variable} is this webhook's cannot be read: send a test event from ` +
        `${registrar.where}. If it is refused with 401, run the command again with --replace.`,
    );
  }
}

async function store(
  { registrar: { variable, told }, storage, inFile, file, ...order }: Order,
  value: string,
  may: boolean,
) {
  if (storage) {
    try {
      await storeSecrets(storage(), { [variable]: value }, `${variable} could not be stored`);
    } catch (error) {
      if (told) throw error;
      throw new NotRepeatable(
        `${(error as Error).message}\nThe webhook exists, but what it signs with is lost. ` +
          `${may ? "Run the command again" : "Give the token the right to write secrets, and run the command again"} with --replace.`,
      );
    }
    console.log(`  ${variable} is stored in the project.`);
    if (inFile && inFile !== value)
      console.log(
        `  ${file} holds another ${variable}: empty it there, or the next deployment sets the old one again.`,
      );
  }
  if (order.showSecret) console.log(`  ${variable}=${value}`);
}

/** Runs the command; resolves to its exit code. */
export function connectProvider(args: string[], options: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP, options: OPTIONS, allowPositionals: true }, args, options.signal, async (line) => {
    try {
      await connect(await readOrder(line, options));
    } catch (error) {
      if (error instanceof ApiError) throw new Failure(`${error.message}. Fix it, and run the command again.`);
      throw error;
    }
  });
}

await main(import.meta.url, connectProvider);
