/** Rows as CSV (RFC 4180), for spreadsheets. */
import type { Json, Row } from "../api/types.ts";

function cell(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  let text = typeof value === "object" ? JSON.stringify(value) : String(value);
  // A spreadsheet runs what begins so; numbers stay numbers.
  if (/^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const line = (cells: string[]) => `${cells.join(",")}\r\n`;

function lines(rows: readonly Row[], columns: readonly string[]): string {
  return rows.map((row) => line(columns.map((column) => cell(row[column])))).join("");
}

/** The columns are those of all rows, in order of their first appearance. */
export function toCsv(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return line(columns.map(cell)) + lines(rows, columns);
}

/**
 * A CSV of many rows, page after page: the rows of a page are let go once they are text, and the text is kept by the
 * browser (a Blob, which it may move to disk) and not by the script. The columns are those of the first page, since
 * every row of a list has the same.
 */
export class CsvFile {
  rows = 0;
  #columns: string[] | undefined;
  readonly #parts: Blob[] = [];

  add(rows: readonly Row[]): void {
    const head = this.#columns === undefined && rows.length > 0;
    this.#columns ??= head ? [...new Set(rows.flatMap((row) => Object.keys(row)))] : undefined;
    if (this.#columns === undefined) return;
    const text = lines(rows, this.#columns);
    this.#parts.push(new Blob([head ? line(this.#columns.map(cell)) + text : text]));
    this.rows += rows.length;
  }

  blob(): Blob {
    return new Blob(this.#parts, { type: "text/csv;charset=utf-8" });
  }
}

/** Offers a text, or a file that is there already, for saving. */
export function download(name: string, content: string | Blob, type = "text/csv"): void {
  const blob = typeof content === "string" ? new Blob([content], { type: `${type};charset=utf-8` }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
