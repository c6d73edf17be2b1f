begin;
select plan(1);

create temporary table made (n integer, id uuid);
do $$
begin
  for n in 1 .. 5 loop
    insert into made values (n, ops.uuid7());
    perform pg_sleep(0.002);
  end loop;
end
$$;
select results_eq('select n from made order by id', 'select generate_series(1, 5)', 'by time');

select * from finish();
rollback;
