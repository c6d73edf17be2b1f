create function commerce.is_tutor(tutor_id uuid) returns boolean
language plpgsql stable
security definer -- policies call it, and nobody may read tutors' addresses
set search_path = ''
as $$
begin
  return exists (select 1 from public.tutors t where t.id = is_tutor.tutor_id and t.email = ops.my_email());
end
$$;
comment on function commerce.is_tutor(uuid) is
  'Whether the caller is this tutor: has an account with the tutor''s address, and confirmed it. For policies.';
