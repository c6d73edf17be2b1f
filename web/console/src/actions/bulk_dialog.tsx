/** A command for everything that a list shows: a job, which goes on when this page is closed. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { asProblem, outcomeUnknown, type Problem } from "../api/problem.ts";
import { call } from "../api/rpc.ts";
import type { Command, Count, Job, Selection } from "../api/types.ts";
import { announce } from "../app/announce.ts";
import { refreshAll } from "../app/queries.ts";
import { useCall } from "../app/use_call.ts";
import { formatNumber } from "../ui/locale.ts";
import { Modal } from "../ui/modal.tsx";
import { Loading, ProblemBox } from "../ui/parts.tsx";

export default function BulkDialog({ selection, close }: { selection: Selection; close: () => void }) {
  const navigate = useNavigate();
  const commands = useCall<Command[]>("commands", {}, { live: false });
  const count = useCall<Count>("count", { ...selection }, { live: false });
  const [chosen, setChosen] = useState<string>();
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [starting, setStarting] = useState(false);

  const offered = commands.data?.filter(({ each_of }) => each_of === selection.what) ?? [];
  const command = chosen ?? offered[0]?.command;
  async function start() {
    setStarting(true);
    setProblem(undefined);
    try {
      await call<Job>("start_job", { command, ...selection, reason });
      announce("The job has started.");
      void refreshAll();
      close();
      await navigate({ to: "/jobs" });
    } catch (error) {
      setProblem(outcomeUnknown(asProblem(error), "It may have started: look at the jobs before you start it again."));
    } finally {
      setStarting(false);
    }
  }
  const filters = Object.entries(selection.filters);
  return (
    <Modal
      title={`All that match: ${count.data ? formatNumber(count.data.count) : "…"} ${selection.what}`}
      close={close}
    >
      {(commands.error || count.error) && <ProblemBox error={commands.error ?? count.error} />}
      {!commands.data && !commands.error && <Loading />}
      {commands.data && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <p className="dialog-text">
            {filters.length === 0 ? (
              <strong>No filter is set: it runs for every row of the list.</strong>
            ) : (
              filters.map(([name, value]) => (
                <code key={name} className="tag">
                  {name}: {typeof value === "string" ? value : JSON.stringify(value)}
                </code>
              ))
            )}
          </p>
          <fieldset className="choices">
            <legend>Do what?</legend>
            {offered.map((each) => (
              <label key={each.command} className="choice">
                <input
                  type="radio"
                  name="command"
                  checked={each.command === command}
                  onChange={() => setChosen(each.command)}
                />
                <span>
                  <strong>{each.label}</strong> {each.description}
                </span>
              </label>
            ))}
            {offered.length === 0 && <p>No command takes one of these.</p>}
          </fieldset>
          <label className="field">
            <span>reason</span>
            <input value={reason} required placeholder="why" onChange={({ target }) => setReason(target.value)} />
          </label>
          <p className="none">It runs in batches, goes on when you leave, and can be cancelled on the page Jobs.</p>
          {problem && <ProblemBox error={problem} />}
          <div className="dialog-foot">
            <span className="grow" />
            <button type="button" onClick={close}>
              Cancel
            </button>
            <button type="submit" className="primary" disabled={!command || reason.trim() === "" || starting}>
              Start the job
            </button>
          </div>
        </form>
      )}
    </Modal>
  );
}
