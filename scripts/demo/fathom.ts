/** Fathom's story: a tutoring session was recorded, and tutor and student get the notes. */
import { fathomEvent, fathomHeaders } from "../../simulator/providers/fathom.ts";
import { arrives, BUYER, check, hears, row, type Scene, say, scene, sends } from "./scene.ts";

export async function fathomStory(the: Scene): Promise<void> {
  scene("Fathom: a tutoring session of Amina's was recorded. The notes find the session; tutor and student are told.");
  const body = fathomEvent("new_meeting_content_ready", {}, "amina");
  const meeting = JSON.parse(body);
  const [session] = await the.sql`
    insert into public.tutoring_sessions (title, tutor_email, student_email, starts_at, ends_at)
    values ('Coaching', ${meeting.recorded_by.email}, ${BUYER}, ${meeting.scheduled_start_time},
      ${meeting.scheduled_end_time}) returning id`;
  row("Fathom sends", `new_meeting_content_ready  recording ${meeting.recording_id}`);
  const sent = await sends(the, "fathom", body, fathomHeaders(body, the.env.FATHOM_WEBHOOK_SECRET!));
  const [recap] = await the.sql`
    select r.id, r.tutoring_session_id, jsonb_array_length(r.action_items) as items,
      jsonb_array_length(t.transcript) as lines
    from public.session_recaps r join public.session_transcripts t on t.session_recap_id = r.id`;
  check(recap !== undefined && recap.tutoring_session_id === session!.id, "the recap belongs to the session");
  row(
    "became",
    `recap with ${recap.items} action items and ${recap.lines} lines of transcript, of session ${session!.id}`,
  );
  await arrives(the, "/make", "recap.created", recap.id, sent.at);
  await hears(the, "notifications", undefined, sent.at);
  say();
}
