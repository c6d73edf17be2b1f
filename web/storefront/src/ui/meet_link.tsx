/** @jsxImportSource preact */
import type { TutoringSession } from "../api/sessions.ts";

/** Of a session that takes place: where it does. */
export function MeetLink({ session: { status, meet_link } }: { session: TutoringSession }) {
  if (status !== "scheduled") return null;
  if (!meet_link) return <p class="detail">The link to meet appears here as soon as it is made.</p>;
  return (
    <p>
      <a class="button" href={meet_link} rel="noreferrer" target="_blank">
        Join on Google Meet
      </a>
    </p>
  );
}
