/** The table of docs/errors.md, read: what each endpoint may answer beside success. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "../schema/schema.ts";

export interface ErrorRow {
  status: number;
  code: string;
  /** As the table names them: `checkout/cancel`, `webhooks`, `all`. */
  endpoints: string[];
  cause: string;
  action: string;
  /** `caller`, `admin` or `retry`. */
  who: string;
}

const PAGE = path.join(ROOT, "docs/errors.md");

export function parseErrors(page: string): ErrorRow[] {
  return [...page.matchAll(/^\| (\d{3}) +\| (.*) \|$/gm)].map(([, status, cells]): ErrorRow => {
    const [code, endpoints, cause, action, who] = cells!.split(" | ").map((cell) => cell.trim()) as string[];
    return {
      status: Number(status),
      code: code!.replaceAll("`", ""),
      endpoints: endpoints!.split(", "),
      cause: cause!,
      action: action!,
      who: who!,
    };
  });
}

export const readErrors = async () => parseErrors(await readFile(PAGE, "utf8"));
