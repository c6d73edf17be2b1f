/**
 * Folders that take seconds to make and are needed often: each is made once, kept in a cache of this user's below the
 * system's temporary folder, and copied by whoever needs one. The name of a folder is a hash of everything it is made
 * from.
 *
 *     const template = await templateFolder("postgres", [await readFile(script)], (folder) => fill(folder));
 *     await copyFolder(template, dataDir);
 *
 * Processes share the cache: one makes a folder while others wait; it appears whole or not at all, and is not changed
 * afterwards.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/** Unused for longer than this, a folder goes; of those that remain the cache keeps the newest. */
const UNUSED_MS = 24 * 3_600_000;
/** Another run may be about to copy a folder that was used this recently. */
const BUSY_MS = 3_600_000;
const MAX_KEPT = 8;

/** What this process is about to find or make. */
const underWay = new Map<string, Promise<string>>();

/**
 * The folder that `make` fills, made anew only when there is none for these `inputs`. Nobody may write to it.
 * @param make Fills the empty folder it is given. Fails: nothing is kept.
 */
export function templateFolder(
  name: string,
  inputs: (string | Buffer)[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(createHash("sha256").update(input).digest());
  const key = `${name}-${hash.digest("hex").slice(0, 32)}`;
  const known = underWay.get(key);
  if (known) return known;
  const folder = find(key, make).finally(() => underWay.delete(key));
  underWay.set(key, folder);
  return folder;
}

/** A folder of the cache to which all processes may write, for a program that checks itself what it finds there. */
export async function sharedFolder(name: string): Promise<string> {
  const folder = path.join(await cacheFolder(), name);
  await mkdir(folder, { recursive: true });
  const now = new Date();
  await utimes(folder, now, now);
  return folder;
}

async function find(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const cache = await cacheFolder();
  const folder = path.join(cache, key);
  for (;;) {
    const now = new Date();
    const found = await utimes(folder, now, now).then(
      () => true,
      () => false,
    );
    if (found) return folder;
    const unlock = await lock(`${folder}.lock`);
    if (unlock) {
      try {
        await makeIn(folder, make);
        await removeUnused(cache);
      } finally {
        await unlock();
      }
    } else {
      await delay(100); // another process makes it
    }
  }
}

async function makeIn(folder: string, make: (folder: string) => Promise<void>): Promise<void> {
  const partial = await mkdtemp(`${folder}.partial-`);
  try {
    // The server that fills it may run as another user.
    await chmod(partial, 0o755);
    await make(partial);
    await rename(partial, folder).catch(async (error) => {
      // A process that did not see our lock has made the same.
      if (!(await stat(folder).catch(() => undefined))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Takes the lock, and resolves to what gives it back; undefined while a living process has it. */
async function lock(file: string): Promise<(() => Promise<void>) | undefined> {
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
    return () => rm(file, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const holder = Number(await readFile(file, "utf8").catch(() => ""));
  // Not yet written, or given back by now; or left so by a holder that was killed at that moment.
  const isNew = Date.now() - (await stat(file).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs < 10_000;
  if (holder > 0 ? !isAlive(holder) : !isNew) await rm(file, { force: true });
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * The cache. On a machine of several users each has its own, which the others can read and not change.
 * @throws Error when somebody else has made a folder, or a link, of that name.
 */
async function cacheFolder(): Promise<string> {
  const uid = process.getuid?.();
  const folder = path.join(os.tmpdir(), uid === undefined ? "signalbox-cache" : `signalbox-cache-${uid}`);
  await mkdir(folder, { mode: 0o755 }).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || (uid !== undefined && (found.uid !== uid || (found.mode & 0o022) !== 0)))
    throw new Error(`${folder} is not this user's own folder, writable by nobody else. Remove it, and start again.`);
  return folder;
}

async function removeUnused(cache: string): Promise<void> {
  const entries = await Promise.all(
    (await readdir(cache)).map(async (name) => {
      const folder = path.join(cache, name);
      return { folder, age: Date.now() - (await stat(folder).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs };
    }),
  );
  const unused = entries
    .toSorted((a, b) => a.age - b.age)
    .filter(({ age }, index) => age > UNUSED_MS || (index >= MAX_KEPT && age > BUSY_MS));
  await Promise.all(unused.map(({ folder }) => rm(folder, { recursive: true, force: true }).catch(() => {})));
}

/** Copies all of a folder, with owners, modes and times, to a place where there is none yet. */
export async function copyFolder(from: string, to: string): Promise<void> {
  // Several times as fast as Node's own copy, and where the file system can share blocks, free.
  if (process.platform === "linux") await promisify(execFile)("cp", ["-a", "--reflink=auto", "--", from, to]);
  else await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}
