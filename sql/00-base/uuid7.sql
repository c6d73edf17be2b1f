-- Time-ordered ids keep the indexes of growing tables dense and make "newest first" a sort by id (RFC 9562, version 7).
-- Postgres 18 has this built in; hosted Supabase runs 15 and 17. One expression without settings, so that Postgres
-- inlines it into the statement that calls it, defaults included. A random uuid is of version 4: its bits 52 and 53
-- become those of version 7.
create function ops.uuid7() returns uuid
language sql volatile parallel safe
return encode(
  set_bit(
    set_bit(
      overlay(
        uuid_send(gen_random_uuid())
        placing substring(int8send((date_part('epoch', clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6
      ),
      52, 1
    ),
    53, 1
  ),
  'hex'
)::uuid;
comment on function ops.uuid7() is 'A new time-ordered uuid (version 7).';
