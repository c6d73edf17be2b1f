create view ops.audit_conversations (what, id, which, why, remedy) with (security_invoker = on) as
select 'conversation of an ended membership', c.id::text, m.provider || ' ' || m.provider_ref,
  format('It is %s, and access ended %s.', c.status, case when community.access_until(m) = '-infinity' then 'before'
    else ops.iso_utc(community.access_until(m)) end),
  ops.remedy('Closes it.', format('select community.settle_conversation(m) from public.memberships m where m.id = %L',
    m.id))
from public.conversations c
join public.memberships m on m.id = c.membership_id
where c.status <> 'closed' and community.access_until(m) < now() - interval '10 minutes'
union all
select 'conversation of a valid membership is closed', c.id::text, m.provider || ' ' || m.provider_ref,
  format('It has been closed since %s, although the membership gives access.', ops.iso_utc(c.status_since)),
  ops.remedy('Goes on where it was.', format(
    'select community.settle_conversation(m) from public.memberships m where m.id = %L', m.id))
from public.conversations c
join public.memberships m on m.id = c.membership_id
where c.status = 'closed' and c.status_since < now() - interval '10 minutes' and community.access_until(m) > now()
  and (select s.conversations from community.settings s)
union all
select 'status of a conversation was not recorded', c.id::text, m.provider || ' ' || m.provider_ref,
  format('It is %s because of %s, and its last recorded step leads to %s.', c.status, c.cause,
    coalesce(t.to_status::text, 'nothing')),
  ops.remedy('Records it as it is.', format(
    'insert into public.conversation_transitions (conversation_id, from_status, cause, to_status, happened_at) select '
    'c.id, r.from_status, r.cause, r.to_status, c.status_since from public.conversations c join '
    'community.transition_rules r on r.cause = c.cause and r.to_status = c.status where c.id = %L limit 1', c.id))
from public.conversations c
join public.memberships m on m.id = c.membership_id
left join lateral (
  select x.to_status, x.cause from public.conversation_transitions x where x.conversation_id = c.id
  order by x.id desc limit 1
) t on true
where (t.to_status, t.cause) is distinct from (c.status, c.cause);
comment on view ops.audit_conversations is
  'A rule of ops.inconsistencies: a conversation ends with its membership and goes on with '
  'it, and each of its steps is recorded.';
