/**
 * Reads pgoutput, the format in which Postgres sends committed transactions to a logical replication client
 * (protocol version 1, values as text). https://www.postgresql.org/docs/17/protocol-logicalrep-message-formats.html
 */

export interface Relation {
  oid: number;
  schema: string;
  table: string;
  columns: { name: string /** Part of the replica identity. */; identity: boolean }[];
}

/** Column name to value in Postgres's text form; a large value that an update left alone is missing. */
export type Row = Map<string, string | null>;

export interface Change {
  type: "INSERT" | "UPDATE" | "DELETE";
  relation: Relation;
  /** The row after an insert or update. */
  record?: Row;
  /** What identifies the row before an update or delete: its key, or all of it with replica identity full. */
  oldRecord?: Row;
  /** Of its transaction. */
  xid: number;
  committedAt: Date;
}

const EPOCH_2000_MS = Date.UTC(2000, 0, 1);

/** Walks through one message. */
class Reader {
  private at = 0;
  constructor(private readonly bytes: Buffer) {}

  /** Steps over so many bytes, and says where they began. */
  private step(length: number): number {
    this.at += length;
    return this.at - length;
  }

  uint8 = () => this.bytes.readUInt8(this.step(1));
  uint16 = () => this.bytes.readUInt16BE(this.step(2));
  uint32 = () => this.bytes.readUInt32BE(this.step(4));
  uint64 = () => this.bytes.readBigUInt64BE(this.step(8));
  letter = () => String.fromCharCode(this.uint8());
  text = (length: number) => this.bytes.toString("utf8", this.step(length), this.at);

  string(): string {
    const value = this.text(this.bytes.indexOf(0, this.at) - this.at);
    this.step(1);
    return value;
  }

  row(relation: Relation): Row {
    const row: Row = new Map();
    const count = this.uint16();
    for (let i = 0; i < count; i++) {
      const name = relation.columns[i]!.name;
      const kind = this.letter();
      if (kind === "n") row.set(name, null);
      else if (kind === "t") row.set(name, this.text(this.uint32()));
    }
    return row;
  }
}

function identityOf(row: Row, relation: Relation): Row {
  const names = relation.columns.filter((column) => column.identity).map((column) => column.name);
  return new Map(names.filter((name) => row.has(name)).map((name) => [name, row.get(name)!]));
}

/** Collects the messages of one replication connection into transactions. */
export class Transactions {
  private readonly relations = new Map<number, Relation>();
  private changes: Change[] = [];
  /** What is common to all changes of a transaction. */
  private commit = { xid: 0, committedAt: new Date(0) };

  /** Takes one message; returns the changes of a transaction when it was the last of it. */
  read(message: Buffer): Change[] | undefined {
    const reader = new Reader(message);
    switch (reader.letter()) {
      case "B":
        reader.uint64();
        this.commit = { committedAt: new Date(EPOCH_2000_MS + Number(reader.uint64() / 1000n)), xid: reader.uint32() };
        this.changes = [];
        return undefined;
      case "R":
        this.relation(reader);
        return undefined;
      case "I":
        this.insert(reader);
        return undefined;
      case "U":
        this.update(reader);
        return undefined;
      case "D":
        this.delete(reader);
        return undefined;
      case "C":
        return this.changes;
      default:
        // Types, origins and truncates: nothing a subscriber hears of.
        return undefined;
    }
  }

  private relation(reader: Reader): void {
    const relation: Relation = {
      oid: reader.uint32(),
      schema: reader.string() || "pg_catalog",
      table: reader.string(),
      columns: [],
    };
    reader.uint8();
    const count = reader.uint16();
    for (let i = 0; i < count; i++) {
      const identity = (reader.uint8() & 1) === 1;
      relation.columns.push({ name: reader.string(), identity });
      reader.uint32();
      reader.uint32();
    }
    this.relations.set(relation.oid, relation);
  }

  private insert(reader: Reader): void {
    const relation = this.relations.get(reader.uint32())!;
    reader.letter();
    this.changes.push({ type: "INSERT", relation, record: reader.row(relation), ...this.commit });
  }

  private update(reader: Reader): void {
    const relation = this.relations.get(reader.uint32())!;
    const kind = reader.letter();
    let old: Row | undefined;
    if (kind !== "N") {
      old = reader.row(relation);
      reader.letter();
    }
    const record = reader.row(relation);
    if (kind === "O") for (const [name, value] of old!) if (!record.has(name)) record.set(name, value);
    // The old key is only sent when it changed.
    const oldRecord = kind === "O" ? old! : identityOf(old ?? record, relation);
    this.changes.push({ type: "UPDATE", relation, record, oldRecord, ...this.commit });
  }

  private delete(reader: Reader): void {
    const relation = this.relations.get(reader.uint32())!;
    const kind = reader.letter();
    const old = reader.row(relation);
    const oldRecord = kind === "O" ? old : identityOf(old, relation);
    this.changes.push({ type: "DELETE", relation, oldRecord, ...this.commit });
  }
}
