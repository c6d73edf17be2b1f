create view ops.attention_refused_webhooks with (security_invoker = on) as
  select 'webhooks refused' as what, j.provider as id, j.provider as which,
    format(
      '%s webhooks of %s were refused since %s, and none was accepted: %s. %s',
      j.count, j.provider, ops.iso_utc(j.since), j.reasons,
      case
        when j.unset then 'Its secret is not set here. What it sends is not received until it is.'
        else 'The secret here is not the one that it signs with; or somebody else sends.'
      end
    ) as why,
    j.since,
    format(
      'Set the secret of this endpoint, as the dashboard of %1$s shows it, with npm run deploy (.env.example names '
      'it). Then fetch what was missed: select inbox.reconcile(%1$L)', j.provider
    ) as remedy
  from (
    select r.provider, sum(r.count) as count, min(r.minute) as since,
      string_agg(distinct r.reason, ', ' order by r.reason) as reasons,
      bool_or(r.reason in ('secret_not_configured', 'secret_not_usable', 'verify_mode_unknown')) as unset
    from inbox.rejections r
    where r.last_at > now() - interval '3 days'
      and r.reason in (
        'signature_wrong', 'signature_missing', 'signature_malformed', 'secret_missing', 'secret_wrong',
        'secret_not_configured', 'secret_not_usable', 'verify_mode_unknown', 'algorithm_not_supported',
        'certificate_not_trusted', 'event_unknown', 'transaction_unknown'
      )
      -- One that was accepted since says that the secret is right.
      and r.last_at > coalesce(
        (select max(e.received_at) from inbox.events e where e.provider = r.provider and e.trust <> 'unconfirmed'),
        '-infinity'
      )
    group by r.provider
  ) j
  -- Without a secret each is lost to us; a few with a wrong signature may be anybody's.
  where j.unset or j.count >= 5;
comment on view ops.attention_refused_webhooks is
  'For ops.attention: providers whose webhooks are refused, none of them having been accepted since.';
