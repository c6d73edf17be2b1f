create view ops.attention_no_courier with (security_invoker = on) as
  select 'nothing is sent' as what, 'courier' as id, 'courier' as which,
    format(
      '%s, the oldest since %s, and no courier is at work: nobody gets a message. %s',
      ops.counted(w.count, 'delivery is due', 'deliveries are due'), ops.iso_utc(w.since),
      case
        when s.functions_url is null then 'The database does not know where the functions are.'
        else 'pg_net, pg_cron or the function dispatch does not work.'
      end
    ) as why,
    w.since,
    case
      when s.functions_url is null then ops.remedy(
        'Tells the database where the functions are (fill in the project''s reference): what is due is sent at once.',
        'select outbox.set_functions_url(''https://<project ref>.supabase.co/functions/v1'')'
      )
      else ops.remedy(
        'Calls a courier once more. If none comes, look at the log of the function dispatch, and at '
          'net._http_response.',
        'select outbox.ring()'
      )
    end as remedy
  from ops.due_deliveries w
  cross join outbox.settings s
  -- A courier comes within seconds.
  where w.since < now() - interval '30 seconds' and not w.courier_is_awake;
comment on view ops.attention_no_courier is 'For ops.attention: deliveries are due, and no courier takes them.';
