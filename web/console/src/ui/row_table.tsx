/** Rows as they are: for short lists of the database's own views. */
import type { ReactNode } from "react";
import type { Json, Row } from "../api/types.ts";
import { Status, Time } from "./parts.tsx";

function cell(name: string, value: Json | undefined): ReactNode {
  if (value === null || value === undefined || value === "") return <span className="none">–</span>;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (name === "problem") return <span className="bad">{String(value)}</span>;
  if (/^(status|state|severity|last_status)$/.test(name)) return <Status value={String(value)} />;
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return <Time at={value} />;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

interface Props {
  label: string;
  rows: readonly Row[];
  columns: readonly string[];
}

export function RowTable({ label, rows, columns }: Props) {
  return (
    <div className="row-table" role="region" aria-label={`${label}, scrollable`} tabIndex={0}>
      <table className="plain">
        <caption className="for-readers">{label}</caption>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name.replaceAll("_", " ")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={JSON.stringify(row)}>
              {columns.map((name) => (
                <td key={name} className="wrap">
                  {cell(name, row[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
