import type { Row } from "../api/types.ts";
import { useCall } from "../app/use_call.ts";
import { Empty, Loading, PageHead, ProblemBox } from "../ui/parts.tsx";
import { RowTable } from "../ui/row_table.tsx";
import { SeeAlso } from "./lists.tsx";

export default function Audit() {
  const found = useCall<Row[]>("audit_findings", {}, { live: false });
  return (
    <>
      <PageHead
        title="Audit"
        detail={
          <>
            What the tables say of each other that cannot both be true. Earlier runs: <SeeAlso what="audits" />.
          </>
        }
      >
        <button type="button" onClick={() => void found.refetch()} disabled={found.isFetching}>
          {found.isFetching ? "Looking …" : "Look again"}
        </button>
      </PageHead>
      {found.error && <ProblemBox error={found.error} retry={() => void found.refetch()} />}
      {!found.data && !found.error && <Loading />}
      {found.data?.length === 0 && <Empty title="Everything is consistent">No two tables contradict each other.</Empty>}
      {found.data && found.data.length > 0 && <RowTable label="Findings" rows={found.data} />}
    </>
  );
}
