create function ops.tidy() returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from cron.job_run_details d where d.end_time < now() - interval '1 day';
  delete from outbox.couriers c where c.started_at < now() - interval '1 day';
  delete from inbox.rejections r where r.minute < now() - interval '90 days';
  delete from outbox.messages m
  where m.type = 'reconciliation.requested' and m.created_at < now() - interval '1 day'
    and not exists (select 1 from outbox.deliveries d where d.message_id = m.id and d.status in ('pending', 'sending'));
  delete from inbox.reconciliations r where r.started_at < now() - case when r.missed > 0 then interval '90 days' else interval '7 days' end;
  delete from inbox.inquiries i where i.next_at < now() - interval '60 days';
end
$$;
comment on function ops.tidy() is 'Removes what nobody looks at any more: cron''s run log and courier runs after a day, rejections after 90, requests to the reconciler after a day and what it found after 7 (90, where it found something). Run by cron.';
