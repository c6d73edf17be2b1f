create function inbox.accept_latest(provider text, thing text, reason text default null) returns void
language plpgsql
set search_path = ''
as $$
begin
  update inbox.latest_facts l set undecided = false
  where l.provider = accept_latest.provider and l.thing = accept_latest.thing;
  if not found then
    raise exception 'nothing is known of % at %', accept_latest.thing, accept_latest.provider using errcode = 'P0002',
      hint = 'select provider, thing from inbox.latest_facts where undecided';
  end if;
  perform ops.decide('inbox.accept_latest', accept_latest.provider || '/' || accept_latest.thing,
    coalesce(accept_latest.reason, 'no reason given'));
end
$$;
comment on function inbox.accept_latest(text, text, text) is
  'A person has compared what events of one moment say of a thing (membership/sub_1) with the provider''s own pages: '
  'what stands here holds, until the next event about it. Raises P0002 for a thing that is not here, and '
  '22023 for a blank reason.';
