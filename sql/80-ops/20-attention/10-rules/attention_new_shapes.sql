create view ops.attention_new_shapes with (security_invoker = on) as
  select 'webhooks of a new shape' as what, h.id::text as id,
    concat_ws(' ', h.provider, h.type, nullif(h.version, '')) as which, array_to_string(h.changes, '; ') as why,
    h.first_seen as since,
    ops.remedy(
      format('Notes that functions/_shared/providers/%s reads it rightly, as was compared with what changed.',
        h.provider),
      format('select inbox.accept_shape(%L, reason => ''<why>'')', h.id)
    ) as remedy
  from inbox.shapes h
  where h.changes <> '{}' and h.accepted_at is null
    -- A field that is missing in one and present in the next is optional.
    and not (h.only_gone and exists (
      select 1 from inbox.shapes o
      where o.provider = h.provider and o.type = h.type and o.version = h.version and o.id <> h.id
        and o.last_seen > h.first_seen
    ));
comment on view ops.attention_new_shapes is
  'For ops.attention: webhooks with fields that were not there, or were otherwise, before.';
