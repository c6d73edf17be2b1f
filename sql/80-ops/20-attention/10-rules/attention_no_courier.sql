create view ops.attention_no_courier with (security_invoker = on) as
  select 'nothing is sent' as what, 'courier' as id, 'courier' as which,
    format(
      '%s deliveries are due, the oldest since %s, and no courier is at work. %s', w.count, ops.iso_utc(w.since),
      case
        when s.functions_url is null then 'The database does not know where the functions are.'
        else 'pg_net, pg_cron or the function dispatch does not work.'
      end
    ) as why,
    w.since,
    case
      when s.functions_url is null then
        'select outbox.set_functions_url(''https://<project ref>.supabase.co/functions/v1'')'
      else 'Look at the log of the function dispatch and at ops.job_problems(); then select outbox.ring()'
    end as remedy
  from (
    select count(*) as count, min(d.next_attempt_at) as since
    from outbox.deliveries d
    where d.status = 'pending' and d.next_attempt_at < now() - interval '2 minutes'
      and d.destination in (select outbox.due())
  ) w
  cross join outbox.settings s
  where w.count > 0 and not outbox.courier_is_awake();
comment on view ops.attention_no_courier is 'For ops.attention: deliveries are due, and no courier takes them.';
