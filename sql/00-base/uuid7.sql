-- Time-ordered ids keep the indexes of growing tables dense and make "newest first" a sort by id (RFC 9562, version 7).
-- Postgres 18 has this built in; hosted Supabase runs 15 and 17. plpgsql, as a SQL function would be planned at every
-- call.
create function ops.uuid7() returns uuid
language plpgsql volatile parallel safe
set search_path = ''
as $$
declare
  v_milliseconds bigint := date_part('epoch', clock_timestamp()) * 1000;
begin
  return encode(
    set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing substring(int8send(v_milliseconds) from 3)
      from 1 for 6), 52, 1), 53, 1),
    'hex'
  )::uuid;
end
$$;
comment on function ops.uuid7() is 'A new time-ordered uuid (version 7).';
