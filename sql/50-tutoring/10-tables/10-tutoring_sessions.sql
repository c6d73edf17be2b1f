create type public.tutoring_no_show as enum ('student', 'tutor', 'both');
comment on type public.tutoring_no_show is 'Who was not heard in the recording of a tutoring session.';

create table public.tutoring_sessions (
  id uuid primary key default ops.uuid7(),
  title text not null,
  status public.tutoring_session_status not null default 'scheduled',
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  tutor_user_id uuid,
  tutor_email text not null,
  student_user_id uuid,
  student_email text not null,
  meet_link text,
  calendar_event_id text,
  calendar_as_of jsonb not null default '{}',
  cancelled_by_calendar boolean not null default false,
  completed_by_recap boolean not null default false,
  no_show public.tutoring_no_show,
  order_item_id uuid,
  product_id uuid,
  price_credits integer,
  booking_key text,
  cancelled_by_refund boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint what_was_bought_is_booked_once unique (order_item_id),
  constraint a_session_may_be_bought foreign key (order_item_id) references public.order_items (id),
  constraint a_session_may_be_booked_with_credits foreign key (product_id) references public.products (id),
  constraint a_key_books_a_session_once unique (student_user_id, booking_key),
  constraint what_credits_book_says_for_how_many check ((product_id is null) = (price_credits is null)
    and (product_id is null) = (booking_key is null) and coalesce(price_credits > 0, true)
    and (product_id is null or (student_user_id is not null and order_item_id is null))),
  constraint a_key_is_1_to_200_characters check (length(booking_key) between 1 and 200),
  constraint a_session_ends_after_it_starts check (ends_at > starts_at),
  constraint a_tutors_address_is_lower_case check (tutor_email = lower(tutor_email)),
  constraint a_students_address_is_lower_case check (student_email = lower(student_email))
);
create index tutoring_sessions_by_tutor on public.tutoring_sessions (tutor_user_id);
create index tutoring_sessions_by_student on public.tutoring_sessions (student_user_id);
create index tutoring_sessions_by_tutors_address on public.tutoring_sessions (tutor_email, ends_at);
create index tutoring_sessions_by_students_address on public.tutoring_sessions (student_email);
create index tutoring_sessions_to_come on public.tutoring_sessions (starts_at) where status = 'scheduled';
create index tutoring_sessions_by_product on public.tutoring_sessions (product_id) where product_id is not null;
create index tutoring_sessions_missed on public.tutoring_sessions (id) where no_show in ('tutor', 'both');
create index tutoring_sessions_by_room on public.tutoring_sessions (tutoring.meeting_key(meet_link));
create index tutoring_sessions_by_calendar_event on public.tutoring_sessions (calendar_event_id);

alter table public.tutoring_sessions enable row level security;
create policy "tutors and students read their own sessions, admins all"
  on public.tutoring_sessions for select to authenticated
  using (
    tutor_user_id = (select auth.uid())
    or student_user_id = (select auth.uid())
    or (tutor_user_id is null and tutor_email = (select ops.my_email()))
    or (student_user_id is null and student_email = (select ops.my_email()))
    or (select ops.is_admin())
  );

create trigger touch before update on public.tutoring_sessions for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.tutoring_sessions for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.tutoring_sessions for each statement execute function
  outbox.refuse_truncate();

comment on table public.tutoring_sessions is 'Appointments of one tutor with one student.';
comment on column public.tutoring_sessions.tutor_user_id is
  'The tutor''s account. Null: the one with the address tutor_email, once it is confirmed.';
comment on column public.tutoring_sessions.tutor_email is 'Recordings find the session by it; in lower case.';
comment on column public.tutoring_sessions.student_user_id is
  'The student''s account. Null: the one with the address student_email, once it is confirmed.';
comment on column public.tutoring_sessions.student_email is 'Recordings find the session by it; in lower case.';
comment on column public.tutoring_sessions.meet_link is 'The link to the meeting.';
comment on column public.tutoring_sessions.calendar_event_id is 'The calendar''s id of the appointment.';
comment on column public.tutoring_sessions.calendar_as_of is
  'For each part the time of the calendar''s latest change, and the id of its event: an older event is not applied.';
comment on column public.tutoring_sessions.cancelled_by_calendar is
  'It was cancelled in the calendar: if it is confirmed there again, it takes place after all.';
comment on column public.tutoring_sessions.completed_by_recap is
  'A recording completed it: if the recording turns out to be of another session, this one is scheduled again.';
comment on column public.tutoring_sessions.no_show is
  'Who was missing, as its recordings show (tutoring.who_missed). Null: nobody, or not known.';
comment on column public.tutoring_sessions.order_item_id is
  'The order item that bought it. Null: it was not bought here.';
comment on column public.tutoring_sessions.product_id is
  'The product that credits booked (public.book_session). Null: it was bought with money, or not here.';
comment on column public.tutoring_sessions.price_credits is
  'How many credits it cost: the spend of the ledger with the key tutoring_session/<id>.';
comment on column public.tutoring_sessions.booking_key is
  'Chosen by the app: the same call with the same key books it once.';
comment on column public.tutoring_sessions.cancelled_by_refund is
  'Its order was refunded. If that refund fails, it is scheduled again if the tutor is free.';
