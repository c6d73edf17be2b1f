create function ops.tidy() returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from cron.job_run_details d where d.end_time < now() - interval '1 day';
  delete from outbox.couriers c where c.started_at < now() - interval '1 day';
  delete from inbox.rejections r where r.minute < now() - interval '90 days';
end
$$;
comment on function ops.tidy() is 'Removes what nobody looks at any more: cron''s run log and courier runs after a day, rejections after 90. Run by cron.';
