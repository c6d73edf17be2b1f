create function community.past_due_since(membership_id uuid, as_of timestamptz) returns timestamptz
language sql stable
set search_path = ''
begin atomic
  select min(s.occurred_at) from community.membership_states s
  where s.membership_id = past_due_since.membership_id and s.status = 'past_due'
    and s.occurred_at <= past_due_since.as_of
    and s.occurred_at > coalesce((
      select max(o.occurred_at) from community.membership_states o
      where o.membership_id = past_due_since.membership_id and o.status <> 'past_due'
        and o.occurred_at < past_due_since.as_of
    ), '-infinity');
end;
comment on function community.past_due_since(uuid, timestamptz) is
  'When the payments of a membership that was past due at a time began to fail: the first event that said so after the '
  'last that said otherwise, in whatever order they arrived.';
