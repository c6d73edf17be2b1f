begin;
select plan(1);

-- The migration makes functions before what they name, and so without looking into them (check_function_bodies). Here
-- they are looked into: SQL whole, plpgsql as far as its syntax goes.
set local check_function_bodies = on;
create function tests.flaw(function oid) returns text
language plpgsql
as $$
begin
  case (select l.lanname from pg_proc p join pg_language l on l.oid = p.prolang where p.oid = function)
    when 'sql' then perform pg_catalog.fmgr_sql_validator(function);
    when 'plpgsql' then perform pg_catalog.plpgsql_validator(function);
    else return 'It is in another language.';
  end case;
  return null;
exception when others then
  return sqlerrm;
end
$$;
select is_empty(
  $$ select tests.signature_of(f), tests.flaw(f) from tests.our_functions() f where tests.flaw(f) is not null $$,
  'what a function names is there'
);

select * from finish();
rollback;
