create function ops.purge_rejections(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from inbox.rejections x
  where x.ctid = any (array(
    select t.ctid from inbox.rejections t where t.minute < before order by t.minute limit at_most for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_rejections(timestamptz, integer) is
  'The part of ops.purge for rejected requests.';
