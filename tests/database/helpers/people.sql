-- Accounts, and how a test acts as one of them.

create function tests.create_user(email text, confirmed boolean default true) returns uuid
language sql as $$
  insert into auth.users (id, email, email_confirmed_at)
  values (gen_random_uuid(), create_user.email, case when confirmed then now() end)
  returning id
$$;

create function tests.user_id(email text) returns uuid
language sql stable as $$ select u.id from auth.users u where u.email = user_id.email $$;

create function tests.authenticate_as(email text) returns void
language plpgsql as $$
declare
  v_user uuid := tests.user_id(authenticate_as.email);
begin
  if v_user is null then
    raise exception 'tests.create_user(%) first', quote_literal(authenticate_as.email);
  end if;
  perform set_config('request.jwt.claims', json_build_object('sub', v_user, 'role', 'authenticated')::text, true);
  perform set_config('request.jwt.claim.sub', v_user::text, true);
  perform set_config('role', 'authenticated', true);
end
$$;

create function tests.as_anon() returns void
language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '', true);
  perform set_config('request.jwt.claim.sub', '', true);
  perform set_config('role', 'anon', true);
end
$$;

create function tests.as_owner() returns void
language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '', true);
  perform set_config('request.jwt.claim.sub', '', true);
  perform set_config('role', 'postgres', true);
end
$$;

create function tests.an_admin(email text) returns void
language sql as $$ insert into public.admins (user_id) values (tests.create_user(an_admin.email)) $$;

create function tests.by(who text, statement text) returns text
language plpgsql as $$
declare
  v_rows bigint;
begin
  if who = 'guest' then
    perform tests.as_anon();
  elsif who = 'service_role' then
    perform set_config('role', 'service_role', true);
  else
    perform tests.authenticate_as(who);
  end if;
  begin
    execute statement;
    get diagnostics v_rows = row_count;
  exception when others then
    perform tests.as_owner();
    return sqlstate;
  end;
  perform tests.as_owner();
  return v_rows::text;
end
$$;
comment on function tests.by(text, text) is
  'Runs a statement as somebody (an address, guest or service_role). Returns the number of rows, or the SQLSTATE that '
  'refused it.';
