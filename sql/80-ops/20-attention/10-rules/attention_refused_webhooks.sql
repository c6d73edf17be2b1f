create view ops.attention_refused_webhooks with (security_invoker = on) as
  select 'webhooks refused' as what, j.provider as id, j.provider as which,
    format(
      'From %s, %s refused since %s, and none was accepted: %s. %s What it reports (payments, too) is not seen here.',
      j.provider, ops.counted(j.count, 'webhook was', 'webhooks were'), ops.iso_utc(j.since), j.reasons,
      case
        when j.unset then 'Its secret is not set here, or not usable.'
        when j.reasons = 'transmission_reused' then 'A signature that was seen came with other bodies: somebody else '
          'sends.'
        else 'The secret here is not the one that it signs with; or somebody else sends.'
      end
    ) as why,
    j.since,
    ops.remedy(
      format(
        'First set %s, as the dashboard of %s shows it, with npm run deploy. %s This goes with the next webhook that '
          'is '
        'accepted.',
        case j.provider
          when 'paypal' then 'PAYPAL_WEBHOOK_ID (and PAYPAL_VERIFY, PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET)'
          else upper(j.provider) || '_WEBHOOK_SECRET'
        end, j.provider,
        case when p.reconcile then 'Then this fetches what was missed.' else
          'Then have it send again what was missed.' end
      ),
      case when p.reconcile then format('select inbox.reconcile(%L)', j.provider) end,
      'notes that they were not of ' || j.provider || '. The next one that is refused is shown again.',
      format('select ops.acknowledge(''webhooks refused'', %L, ''<why>'')', j.provider)
    ) as remedy
  from (
    select r.provider, sum(r.count) as count, min(r.minute) as since,
      string_agg(distinct r.reason, ', ' order by r.reason) as reasons,
      bool_or(r.reason in ('secret_not_configured', 'secret_not_usable', 'verify_mode_unknown')) as unset
    from inbox.rejections r
    where r.last_at > greatest(now() - interval '3 days', ops.acknowledged_at('webhooks refused', r.provider))
      and r.reason in (
        'signature_wrong', 'signature_missing', 'signature_malformed', 'secret_missing', 'secret_wrong',
        'secret_not_configured', 'secret_not_usable', 'verify_mode_unknown', 'algorithm_not_supported',
        'certificate_not_trusted', 'event_unknown', 'transaction_unknown', 'timestamp_too_old', 'timestamp_in_future',
        'transmission_reused'
      )
      -- One that was accepted since says that the secret is right. What the reconciler fetched says nothing of it: it
      -- is confirmed, and has no confirmation of its own.
      and r.last_at > coalesce(
        (
          select max(e.received_at) from inbox.events e
          where e.provider = r.provider and (e.trust = 'signed' or e.confirmation is not null)
        ), '-infinity'
      )
    group by r.provider
  ) j
  left join inbox.providers p on p.name = j.provider
  -- Without a secret each is lost to us; a few with a wrong signature may be anybody's.
  where j.unset or j.count >= 5
  union all
  select 'webhooks not accepted', j.provider, j.provider,
    format(
      'From %s since %s, %s genuine and could not be taken: %s. What was reported so is not done here. '
      'docs/errors.md says what each code means; for try_again the log of the function says why.', j.provider,
      ops.iso_utc(j.since), ops.counted(j.count, 'webhook was', 'webhooks were'), j.reasons
    ),
    j.since,
    ops.remedy(
      format('Notes that what %s sends was mended: it is not sent again by itself. The next one is shown again.',
        j.provider),
      format('select ops.acknowledge(''webhooks not accepted'', %L, ''<why>'')', j.provider)
    )
  from (
    select r.provider, sum(r.count) as count, min(r.minute) as since,
      string_agg(distinct r.reason, ', ' order by r.reason) as reasons
    from inbox.rejections r
    where r.last_at > greatest(now() - interval '3 days', ops.acknowledged_at('webhooks not accepted', r.provider))
      and r.reason in ('body_not_json', 'body_too_large', 'type_missing', 'id_missing', 'not_taken_from_make',
        'too_many_products', 'try_again')
    group by r.provider
  ) j;
comment on view ops.attention_refused_webhooks is
  'For ops.attention: providers whose webhooks are refused, none of them having been accepted since; and genuine ones '
  'that could not be taken.';
