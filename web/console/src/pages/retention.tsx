import type { Row } from "../api/types.ts";
import { useCall } from "../app/use_call.ts";
import { Loading, PageHead, ProblemBox } from "../ui/parts.tsx";
import { RowTable } from "../ui/row_table.tsx";

export default function Retention() {
  const kept = useCall<Row[]>("retention", {}, { live: false });
  return (
    <>
      <PageHead title="Retention" detail="How long rows are kept. Change a row of ops.retention to change it." />
      {kept.error && <ProblemBox error={kept.error} retry={() => void kept.refetch()} />}
      {!kept.data && !kept.error && <Loading />}
      {kept.data && <RowTable label="Retention" rows={kept.data} columns={["what", "keep", "description"]} />}
    </>
  );
}
