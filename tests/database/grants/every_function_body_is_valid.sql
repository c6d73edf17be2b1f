begin;
select plan(1);

-- The migration creates functions before the objects they name, and so without checking their bodies
-- (check_function_bodies). They are checked here: SQL completely, plpgsql only its syntax.
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
  'every object that a function names exists'
);

select * from finish();
rollback;
