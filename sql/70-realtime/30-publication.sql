-- The tables that the Flutter app streams.
alter publication supabase_realtime add table public.orders, public.payments, public.memberships, public.credit_ledger,
  public.tutoring_sessions, public.session_recaps, public.notifications, public.fulfillments,
  public.enrollments, public.appointments, public.student_questions, public.cohort_messages, public.support_tickets,
    public.ticket_replies, public.conversations, public.conversation_messages;
-- No deletions: Postgres Changes tells them to everybody who listens to the table, without row level security.
-- ops.tell_owner and ops.tell_cohort tell them to those who could read the row.
alter publication supabase_realtime set (publish = 'insert, update');
