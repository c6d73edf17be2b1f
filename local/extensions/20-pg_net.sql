-- A stand-in for the pg_net extension: the SQL that callers see. The worker that sends is local/extensions/pg_net.ts.
-- Contract: tests/fixtures/contract/statements.json. Run by supabase_admin, so that nobody else owns or can revoke any
-- of it.

create schema net;

create domain net.http_method as text check (value ilike 'get' or value ilike 'post' or value ilike 'delete');

-- Unlogged, as in the original: a crash of the server empties both tables.
create unlogged table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds int not null
);

create unlogged table net._http_response (
  id bigint,
  status_code int,
  content_type text,
  headers jsonb,
  content text,
  timed_out bool,
  error_msg text,
  created timestamptz not null default now()
);

create index on net._http_response (created);

create function net._urlencode_string(string varchar) returns text
language sql immutable strict set search_path = ''
as $$
  select pg_catalog.string_agg(
    case
      when letter ~ '[A-Za-z0-9._~-]' then letter
      else pg_catalog.upper(pg_catalog.regexp_replace(pg_catalog.encode(pg_catalog.convert_to(letter, 'UTF8'), 'hex'),
        '(..)', '%\1', 'g'))
    end, '' order by position)
  from pg_catalog.regexp_split_to_table(string, '') with ordinality as letters(letter, position)
$$;

create function net._encode_url_with_params_array(url text, params_array text[]) returns text
language plpgsql immutable strict set search_path = ''
as $$
declare
  scheme text := pg_catalog.lower(pg_catalog.substring(url, '^([A-Za-z][A-Za-z0-9+.-]*):'));
  part text[] := pg_catalog.regexp_match(url, '^[^:]+:/{1,3}([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$');
  address text;
  fragment text := coalesce(part[4], '');
  problem text;
begin
  -- libcurl's parser knows more schemes than http, and the worker refuses those when it sends.
  problem := case
    when scheme is null then 'Bad scheme'
    when scheme <> all ('{http,https,ftp,ftps,file,gopher,gophers,dict,smtp,smtps,imap,imaps,pop3,pop3s,sftp,scp}')
      then 'Unsupported URL scheme'
    when part is null or url ~ '^[^:]+:/{4}' then 'Unsupported number of slashes following scheme'
    when scheme = 'file' then null
    when part[1] = '' then 'No host part in the URL'
    when part[1] ~ ':[^]]*[^0-9][^]]*$' and part[1] !~ '@' and part[1] !~ '^\[' then
      'Port number was not a decimal number between 0 and 65535'
    when pg_catalog.substring(part[1], ':(\d+)$')::numeric > 65535 then
      'Port number was not a decimal number between 0 and 65535'
    when part[1] ~ '^\[' and part[1] !~ '\](:\d*)?$' then 'Bad IPv6 address'
    when part[1] ~ '[[:space:][:cntrl:]]' then 'Bad hostname'
    when part[2] ~ '[[:space:][:cntrl:]]' then 'Bad path'
    when part[3] ~ '[[:space:][:cntrl:]]' then 'Bad query'
    when part[4] ~ '[[:space:][:cntrl:]]' then 'Bad fragment'
  end;
  if problem is not null then
    raise exception 'invalid URL "%": %', url, problem using errcode = 'internal_error';
  elsif scheme = 'file' then
    return url;
  end if;
  address := scheme || '://' || pg_catalog.regexp_replace(part[1], ':$', '')
    || case when part[2] = '' then '/' else part[2] end || coalesce(nullif(part[3], '?'), '');
  if pg_catalog.cardinality(params_array) > 0 then
    address := address
      || case when address !~ '\?' then '?' when address ~ '[?&]$' then '' else '&' end
      || pg_catalog.array_to_string(params_array, '&');
  end if;
  return address || fragment;
end
$$;

-- The worker listens: Postgres delivers at commit, once per transaction, and never after a rollback.
create function net.wake() returns void
language plpgsql set search_path = ''
as $$
begin
  perform pg_catalog.pg_notify('pg_net', 'wake');
end
$$;

create function net.worker_restart() returns bool
language plpgsql set search_path = ''
as $$
begin
  perform pg_catalog.pg_notify('pg_net', 'restart');
  return true;
end
$$;

create function net.check_worker_is_up() returns void
language plpgsql set search_path = ''
as $$
begin
  if not exists (select from pg_catalog.pg_stat_activity where application_name like 'pg_net %') then
    raise exception using
      message = 'the pg_net background worker is not up',
      detail = 'the pg_net background worker is down due to an internal error and cannot process requests',
      hint = 'make sure that you didn''t modify any of pg_net internal tables';
  end if;
end
$$;

create function net.wait_until_running() returns void
language plpgsql set search_path = ''
as $$
begin
  while not exists (select from pg_catalog.pg_stat_activity where application_name like 'pg_net %') loop
    perform pg_catalog.pg_sleep(0.05);
    -- A transaction sees one snapshot of the activity unless it asks for another.
    perform pg_catalog.pg_stat_clear_snapshot();
  end loop;
end
$$;

create function net._enqueue(method text, url text, params jsonb, headers jsonb, body jsonb, timeout_milliseconds int)
  returns bigint
language plpgsql set search_path = ''
as $$
declare
  request_id bigint;
  query text[] := array(
    select net._urlencode_string(key) || '=' || net._urlencode_string(value)
    from pg_catalog.jsonb_each_text(_enqueue.params)
  );
begin
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (
    _enqueue.method,
    net._encode_url_with_params_array(_enqueue.url, query),
    _enqueue.headers,
    pg_catalog.convert_to(_enqueue.body::text, 'UTF8'),
    _enqueue.timeout_milliseconds
  )
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net.http_get(
  url text,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{}'::jsonb,
  timeout_milliseconds int default 5000
) returns bigint
language plpgsql set search_path = ''
as $$
begin
  return net._enqueue('GET', url, params, headers, null, timeout_milliseconds);
end
$$;

create function net.http_post(
  url text,
  body jsonb default '{}'::jsonb,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{"Content-Type": "application/json"}'::jsonb,
  timeout_milliseconds int default 5000
) returns bigint
language plpgsql set search_path = ''
as $$
declare
  content_type text := (
    select value from pg_catalog.jsonb_each_text(coalesce(http_post.headers, '{}'))
    where pg_catalog.lower(key) = 'content-type' limit 1
  );
begin
  if content_type is null then
    headers := headers || '{"Content-Type": "application/json"}'::jsonb;
  elsif content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  return net._enqueue('POST', url, params, headers, body, timeout_milliseconds);
end
$$;

create function net.http_delete(
  url text,
  params jsonb default '{}'::jsonb,
  headers jsonb default '{}'::jsonb,
  timeout_milliseconds int default 5000,
  body jsonb default null
) returns bigint
language plpgsql set search_path = ''
as $$
begin
  return net._enqueue('DELETE', url, params, headers, body, timeout_milliseconds);
end
$$;

create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code int, headers jsonb, body text);
create type net.http_response_result as (status net.request_status, message text, response net.http_response);

create function net._await_response(request_id bigint) returns bool
language plpgsql set search_path = ''
as $$
begin
  while not exists (select from net._http_response where id = request_id) loop
    perform pg_catalog.pg_sleep(0.05);
  end loop;
  return true;
end
$$;

create function net._http_collect_response(request_id bigint, async bool default true) returns net.http_response_result
language plpgsql set search_path = ''
as $$
declare
  answer net._http_response;
begin
  if not async then
    perform net._await_response(request_id);
  end if;
  select * into answer from net._http_response where id = request_id;
  if not found or answer.error_msg is not null then
    return row('ERROR', coalesce(answer.error_msg, 'request matching request_id not found'),
      null)::net.http_response_result;
  end if;
  return row('SUCCESS', 'ok',
    row(answer.status_code, answer.headers, answer.content)::net.http_response)::net.http_response_result;
end
$$;

-- Deprecated, and as broken as the original: it raises "query has no destination for result data".
create function net.http_collect_response(request_id bigint, async bool default true) returns net.http_response_result
language plpgsql set search_path = ''
as $$
begin
  raise notice 'The net.http_collect_response function is deprecated.';
  select net._http_collect_response(request_id, async);
end
$$;

grant usage on schema net to public;
grant all on all tables in schema net to public;
grant all on all sequences in schema net to public;
