create view ops.attention_missing_secrets with (security_invoker = on) as
  select 'secret missing in Vault' as what, s.name as id, s.name as which,
    format('Vault has no secret "%s". %s', s.name, s.costs) as why,
    coalesce((
      select min(i.raised_at) from ops.incidents i
      where i.what = 'secret missing in Vault' and i.about = s.name and i.resolved_at is null
    ), now()) as since,
    ops.remedy(
      'Makes a new one. ' || s.renewed,
      format('select vault.create_secret(encode(extensions.gen_random_bytes(32), ''hex''), %L)', s.name)
    ) as remedy
  from (values
    ('signalbox_doorbell', 'The courier cannot be woken: messages are sent only after the next webhook.',
      'It is used at once.'),
    ('signalbox_receipts', 'Receivers cannot report that their work is done.',
      'Links for receipts in messages that were sent before do not work any more.'),
    ('signalbox_replies', 'Replies to tickets by e-mail cannot be matched.',
      'Replies to e-mails that were sent before are not matched.'),
    ('signalbox_checkouts', 'Guests cannot check out.', 'Guests with an open checkout cannot see it any more.')
  ) s (name, costs, renewed)
  where not exists (select 1 from vault.secrets v where v.name = s.name);
comment on view ops.attention_missing_secrets is
  'For ops.attention: secrets that the migrations made in Vault, and that are gone.';
