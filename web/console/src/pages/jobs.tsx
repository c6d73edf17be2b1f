import { useEffect, useState } from "react";
import { asProblem } from "../api/problem.ts";
import { call } from "../api/rpc.ts";
import type { Job, Row } from "../api/types.ts";
import { announce } from "../app/announce.ts";
import { refreshAll } from "../app/queries.ts";
import { useCall } from "../app/use_call.ts";
import { formatNumber } from "../ui/locale.ts";
import { Empty, Loading, PageHead, ProblemBox, Status, Time } from "../ui/parts.tsx";
import { RowTable } from "../ui/row_table.tsx";

export default function Jobs() {
  const jobs = useCall<Job[]>("jobs");
  const states = useCall<Row[]>("job_states");
  const running = jobs.data?.find(({ status }) => status === "running")?.id;
  useStepping(running);
  return (
    <>
      <PageHead title="Jobs" detail="Actions for all rows that matched a filter, and what runs by the clock." />
      {jobs.error && <ProblemBox error={jobs.error} retry={() => void jobs.refetch()} />}
      {!jobs.data && !jobs.error && <Loading />}
      {jobs.data?.length === 0 && <Empty title="No job yet">A list's button “All that match” starts one.</Empty>}
      {jobs.data && jobs.data.length > 0 && (
        <ul className="jobs">
          {jobs.data.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      )}
      <h2>By the clock</h2>
      {states.error && <ProblemBox error={states.error} />}
      {states.data && (
        <RowTable
          label="Cron jobs"
          rows={states.data}
          columns={["name", "problem", "schedule", "last_run_at", "purpose"]}
        />
      )}
    </>
  );
}

/** While this page is open it takes the batches that cron would take a minute later. */
function useStepping(id: string | undefined): void {
  useEffect(() => {
    if (id === undefined) return;
    let open = true;
    async function step() {
      while (open) {
        const job = await call<Job>("step_job", { id }).catch(() => undefined);
        void refreshAll();
        if (job?.status !== "running") return;
        // Another page may have taken the batch: what is left comes in a moment.
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
    void step();
    return () => {
      open = false;
    };
  }, [id]);
}

function JobRow({ job }: { job: Job }) {
  const [busy, setBusy] = useState(false);
  const finished = job.done + job.failed;
  async function cancel() {
    setBusy(true);
    try {
      await call<Job>("cancel_job", { id: job.id });
      announce("Cancelled. What was done stays done.");
    } catch (error) {
      announce(asProblem(error).message, "bad");
    } finally {
      setBusy(false);
      void refreshAll();
    }
  }
  return (
    <li className="job">
      <div className="job-head">
        <code>{job.command}</code>
        <Status value={job.status} />
        <span>
          {formatNumber(finished)} of {formatNumber(job.total)} {job.what}
          {job.failed > 0 && <strong className="bad"> ({formatNumber(job.failed)} failed)</strong>}
        </span>
        <span className="grow" />
        {job.status === "running" && (
          <button type="button" disabled={busy} onClick={() => void cancel()}>
            Cancel
          </button>
        )}
      </div>
      <progress value={finished} max={Math.max(job.total, 1)} aria-label={`${job.command}: progress`} />
      <p className="none">
        {job.who}: {job.reason ?? "no reason"} · <Time at={job.started_at} />
        {job.ended_at && (
          <>
            {" "}
            to <Time at={job.ended_at} />
          </>
        )}
      </p>
      {job.errors.length > 0 && (
        <details>
          <summary>errors</summary>
          <pre>{job.errors.map((error) => (typeof error === "string" ? error : JSON.stringify(error))).join("\n")}</pre>
        </details>
      )}
    </li>
  );
}
