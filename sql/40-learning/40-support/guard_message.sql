create function learning.guard_message() returns trigger
language plpgsql
security definer -- it keeps versions, in a schema that the writer may not use
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid(); -- null: the owner, who may make any valid change
begin
  if v_caller is not null then
    if new.hidden_at is distinct from old.hidden_at and not ops.is_admin() then
      raise exception 'admins hide messages' using errcode = '42501', hint = 'Delete your message: set deleted_at.';
    elsif (new.body, new.deleted_at) is distinct from (old.body, old.deleted_at)
      and old.author_user_id is distinct from v_caller then
      raise exception 'a message is changed by its author' using errcode = '42501',
        hint = 'An admin hides it with hidden_at, or deletes the row.';
    end if;
  end if;

  if old.deleted_at is not null then
    if new.body is not null or new.deleted_at is null then
      raise exception 'a deleted message stays deleted' using errcode = '23514', hint = 'Write another message.';
    end if;
    new.deleted_at := old.deleted_at;
  elsif new.deleted_at is not null then
    perform learning.keep_version('cohort_messages', old.id, jsonb_build_object('body', old.body));
    new.deleted_at := now();
    new.body := null;
  elsif new.body is distinct from old.body then
    perform learning.keep_version('cohort_messages', old.id, jsonb_build_object('body', old.body));
    new.edited_at := now();
  end if;
  return new;
end
$$;
comment on function learning.guard_message() is
  'Row trigger: the author changes a message, and deletes it (any value of deleted_at; the time is set here); admins '
  'hide it. Earlier versions are kept.';

create trigger guard before update on public.cohort_messages for each row execute function learning.guard_message();
