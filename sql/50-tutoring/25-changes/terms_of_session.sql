create function tutoring.terms_of_session(session_id uuid)
returns table (
  changes_as public.tutoring_session_role, tutor_name text,
  move_refused text, move_until timestamptz, moves_left integer,
  cancel_refused text, refund public.tutoring_session_refund, refund_minor bigint, refund_currency text,
  refund_credits integer, refunded_until timestamptz
)
language plpgsql stable
security definer -- for public.session_terms: who may ask is checked here
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
  v_tutor public.tutors;
  v_begun boolean;
begin
  select s.* into v_session from public.tutoring_sessions s where s.id = terms_of_session.session_id;
  changes_as := tutoring.role_in(v_session);
  if v_session.id is null or changes_as is null then
    raise exception 'there is no tutoring session % of yours', terms_of_session.session_id
      using errcode = 'PT404', detail = 'session_unknown', hint = 'Read tutoring_sessions again.';
  end if;
  select t.* into v_tutor from public.tutors t where t.email = v_session.tutor_email;
  tutor_name := v_tutor.name;
  v_begun := v_session.starts_at <= now() and changes_as <> 'admin';

  -- As tutoring.reschedule. A session of a calendar may have a tutor without a row: the usual rules.
  if changes_as <> 'admin' then
    move_until := v_session.starts_at - case changes_as
        when 'student' then make_interval(hours => coalesce(v_tutor.reschedule_hours, 24)) else interval '0' end;
    moves_left := greatest(0, coalesce(v_tutor.max_reschedules, 2) - (
      select count(*) from public.tutoring_session_changes c
      where c.tutoring_session_id = v_session.id and c.kind = 'rescheduled'
        and c.changed_as = terms_of_session.changes_as
    ));
  end if;
  move_refused := case
    when v_session.status <> 'scheduled' or v_begun then 'session_over'
    when changes_as = 'student' and now() > move_until then 'too_late'
    when moves_left = 0 then 'moved_too_often'
  end;

  -- As tutoring.cancel.
  cancel_refused := case when v_session.status <> 'scheduled' or v_begun then 'session_over' end;
  refunded_until := tutoring.refunded_until(v_session, changes_as);
  refund := 'none';
  if cancel_refused is null and now() <= refunded_until then
    select sum(p.minor), max(p.currency),
      case when bool_and(p.can_refund) then 'requested' else 'by_hand' end::public.tutoring_session_refund
    into refund_minor, refund_currency, refund
    from tutoring.refund_parts(v_session) p
    having count(*) > 0;
    refund_credits := tutoring.credits_due(v_session);
    refund := case when refund_credits is not null then 'credits' else coalesce(refund, 'none') end;
  end if;
  refunded_until := case refunded_until
    when 'infinity' then v_session.starts_at
    when '-infinity' then null
    else refunded_until
  end;
  return next;
end
$$;
comment on function tutoring.terms_of_session(uuid) is 'For public.session_terms: see there.';
