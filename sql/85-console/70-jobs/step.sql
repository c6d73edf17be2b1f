create function console.step(job_id uuid, rows_at_most integer default 50) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_until constant timestamptz := clock_timestamp() + interval '3 seconds';
  v_job console.jobs;
  v_claims text := current_setting('request.jwt.claims', true);
  v_page jsonb;
  v_row record;
  v_argument text;
  v_arguments jsonb;
begin
  -- Another session that holds it does this step.
  select j.* into v_job from console.jobs j where j.id = step.job_id and j.status = 'running' for update skip locked;
  if not found then
    return;
  elsif not exists (select 1 from public.admins a where a.user_id = v_job.user_id) then
    update console.jobs j set status = 'cancelled', ended_at = clock_timestamp(),
      errors = j.errors || jsonb_build_object('id', null, 'error', j.who || ' is no admin any more')
    where j.id = v_job.id;
    return;
  end if;
  select s.name into v_argument from console.signature(v_job.command) s where s.place = 1;
  v_page := console.page(v_job.what, v_job.filters, v_job.cursor, step.rows_at_most);
  -- Decisions are those of the admin who started it, also when cron goes on with it.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', v_job.user_id, 'email', v_job.who, 'role', 'authenticated')::text, true);
  for v_row in
    select r.value ->> 'id' as id, r.ordinality = jsonb_array_length(v_page -> 'rows') as is_last
    from jsonb_array_elements(v_page -> 'rows') with ordinality r order by r.ordinality
  loop
    begin
      v_arguments := jsonb_build_object(v_argument, v_row.id);
      if exists (select 1 from console.signature(v_job.command) s where s.name = 'reason') then
        v_arguments := v_arguments || jsonb_build_object('reason', v_job.reason);
      end if;
      execute console.statement(v_job.command, v_arguments);
      v_job.done := v_job.done + 1;
    exception
      when deadlock_detected then
        raise;
      when others then
        v_job.failed := v_job.failed + 1;
        if jsonb_array_length(v_job.errors) < 100 then
          v_job.errors := v_job.errors || jsonb_build_object('id', v_row.id, 'error', sqlerrm);
        end if;
    end;
    v_job.cursor := jsonb_build_array(case when v_row.id ~ '^[0-9]+$' then to_jsonb(v_row.id::bigint)
      else to_jsonb(v_row.id) end)::text;
    if not v_row.is_last and clock_timestamp() > v_until then
      v_page := jsonb_set(v_page, '{next}', to_jsonb(v_job.cursor));
      exit;
    end if;
  end loop;
  perform set_config('request.jwt.claims', coalesce(v_claims, ''), true);
  update console.jobs j
  set done = v_job.done, failed = v_job.failed, errors = v_job.errors, stepped_at = clock_timestamp(),
    cursor = v_page ->> 'next',
    status = case when v_page ->> 'next' is null then 'done' else j.status end,
    ended_at = case when v_page ->> 'next' is null then clock_timestamp() end
  where j.id = v_job.id;
end
$$;
comment on function console.step(uuid, integer) is
  'The next rows of a running job, for at most 3 s; each in a subtransaction: one that fails is counted, and undone '
  'alone. Nothing, while another session steps it. Cancels the job of an admin who is none any more.';
