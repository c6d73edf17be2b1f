import { AttentionList } from "../actions/attention.tsx";
import type { Findings } from "../api/types.ts";
import { useDialogs } from "../app/dialogs.tsx";
import { useCall } from "../app/use_call.ts";
import { Empty, Loading, PageHead, ProblemBox, Time } from "../ui/parts.tsx";
import { SeeAlso } from "./lists.tsx";

export default function Audit() {
  const audit = useCall<Findings>("audit_findings");
  const { run } = useDialogs();
  const { finished_at, findings } = audit.data ?? { findings: [] };
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
        <button
          type="button"
          onClick={() =>
            run({ command: "ops.audit_consistency", arguments: {}, label: "Audit now", needs_reason: false })
          }
        >
          Audit now
        </button>
      </PageHead>
      {audit.error && <ProblemBox error={audit.error} retry={() => void audit.refetch()} />}
      {!audit.data && !audit.error && <Loading />}
      {audit.data && (
        <p className="list-count">
          {finished_at ? (
            <>
              Latest run: <Time at={finished_at} ago />
            </>
          ) : (
            "It has not run yet: it runs every night."
          )}
        </p>
      )}
      {finished_at && findings.length === 0 && (
        <Empty title="Everything is consistent">No two tables contradict each other.</Empty>
      )}
      {findings.length > 0 && <AttentionList items={findings} />}
    </>
  );
}
