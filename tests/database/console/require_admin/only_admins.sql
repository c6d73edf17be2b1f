begin;
select plan(6);

-- Every function of the console that the Data API can call, whatever it is given.
create temporary table calls as
select p.proname as name, format('select console.%I(%s)', p.proname, (
  select string_agg('null::' || format_type(a, null), ', ' order by place)
  from unnest(p.proargtypes::oid[]) with ordinality as t (a, place))) as statement
from pg_proc p
where p.pronamespace = 'console'::regnamespace and has_function_privilege('authenticated', p.oid, 'execute');
create function tests.called_by(who text) returns setof text language sql as $$
  select c.name || ': ' || tests.by(who, c.statement) from calls c where tests.by(who, c.statement) <> '42501'
$$;

select tests.an_admin('admin@tests.example'), tests.create_user('amina@tests.example');
select cmp_ok((select count(*)::integer from calls), '>=', 23, 'all of them are tried');
select is_empty($$ select tests.called_by('amina@tests.example') $$, 'none answers an account');
select is_empty($$ select tests.called_by('guest') $$, 'none answers a stranger');
select is_empty($$ select tests.called_by('service_role') $$, 'none answers the service key');
select is(tests.by('admin@tests.example', 'select console.me()'), '1', 'an admin is answered');
delete from public.admins a where a.user_id = tests.user_id('admin@tests.example');
select is_empty($$ select tests.called_by('admin@tests.example') $$, 'a removed one is not, at once');

select * from finish();
rollback;
