import { Link, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Line } from "../api/types.ts";
import { useCall } from "../app/use_call.ts";
import { type Step, stepsOf } from "../ui/line_steps.ts";
import { formatDuration } from "../ui/locale.ts";
import { Diff, Empty, Loading, PageHead, ProblemBox, Status, ThingLink, Time } from "../ui/parts.tsx";

export default function LinePage() {
  const { kind, id } = useParams({ from: "/line/$kind/$id" });
  const line = useCall<Line>("line", { kind, id });
  const steps = useMemo(() => (line.data ? stepsOf(line.data) : []), [line.data]);
  const bad = steps.filter(({ tone, slow }) => tone === "bad" || slow).length;
  return (
    <>
      <PageHead
        title={line.data?.title ?? "Line"}
        detail={line.data && (bad === 0 ? "Nothing failed on this line." : `${bad} of ${steps.length} steps in red.`)}
      />
      {line.error && <ProblemBox error={line.error} retry={() => void line.refetch()} />}
      {!line.data && !line.error && <Loading />}
      {line.data && line.data.about.length > 0 && (
        <ul className="about" aria-label="What it is about">
          {line.data.about.map((each) => (
            <li key={`${each.kind} ${each.id}`} data-here={(each.kind === kind && each.id === id) || undefined}>
              <span className="tag">{each.kind}</span>{" "}
              <Link to="/line/$kind/$id" params={{ kind: each.kind, id: each.id }}>
                {each.title}
              </Link>{" "}
              {each.status && <Status value={each.status} />}
            </li>
          ))}
        </ul>
      )}
      {line.data && steps.length === 0 && (
        <Empty title="No event, change or delivery yet">It exists, and nothing has happened to it.</Empty>
      )}
      {steps.length > 0 && (
        <ol className="line" aria-label="From the provider to the receipt">
          {steps.map((step) => (
            <StepRow key={step.key} step={step} />
          ))}
        </ol>
      )}
    </>
  );
}

const KIND_WORDS: Record<Step["kind"], string> = {
  provider: "provider",
  received: "received",
  facts: "facts",
  change: "row changed",
  message: "message",
  delivery: "delivery",
  attempt: "attempt",
  receipt: "receipt",
  gap: "note",
};

function StepRow({ step }: { step: Step }) {
  const { change } = step;
  return (
    <li className="step" data-kind={step.kind} data-depth={step.depth} data-tone={step.tone}>
      <div className="step-time">
        {step.at && <Time at={step.at} />}
        {step.after !== undefined && step.after >= 1 && (
          <span className="step-after" data-slow={step.slow || undefined}>
            {step.slow && <span className="for-readers">slow: </span>}+{formatDuration(step.after)}
          </span>
        )}
      </div>
      <div className="step-body">
        <p className="step-title">
          <span className="step-kind">{KIND_WORDS[step.kind]}</span>{" "}
          {step.link ? (
            <ThingLink kind={step.link.kind} id={step.link.id}>
              {step.title}
            </ThingLink>
          ) : (
            <span>{step.title}</span>
          )}
          {step.tone === "bad" && <span className="for-readers"> failed</span>}
        </p>
        {step.detail && <p className="step-detail">{step.detail}</p>}
        {step.facts !== undefined && (
          <details>
            <summary>show the facts</summary>
            <pre>{JSON.stringify(step.facts, null, 2)}</pre>
          </details>
        )}
        {change && (
          <details open={change.before !== null}>
            <summary>{change.before ? "before and after" : "the new row"}</summary>
            <Diff before={change.before} after={change.after} />
          </details>
        )}
      </div>
    </li>
  );
}
