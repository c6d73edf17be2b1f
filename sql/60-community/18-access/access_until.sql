create function community.access_until(membership public.memberships) returns timestamptz
language plpgsql stable
set search_path = ''
as $$
declare
  v_grace interval := (select s.grace_period from community.settings s);
begin
  return case
    when membership.status = 'past_due' then coalesce(membership.past_due_since, membership.as_of) + v_grace
    when membership.status not in ('trialing', 'active') then '-infinity'::timestamptz
    when membership.current_period_end is null then 'infinity'::timestamptz
    when membership.cancel_at_period_end then membership.current_period_end
    -- The event about its renewal may be late.
    else membership.current_period_end + v_grace
  end;
end
$$;
comment on function community.access_until(public.memberships) is
  'Until when a membership gives access, by what is known now: the end of its period and the grace after it, or of the '
  'grace after a failed payment; infinity for one without end, -infinity for one that has ended or not begun.';
