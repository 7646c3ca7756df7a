-- The entries of the audit trail of a workspace form a chain: each link names its position, the hash of the link before
-- and its own. An entry commits with its change and waits; the linker appends what waits, soon and in one place, so that
-- no transaction of a member ever waits for the head of a chain. See docs/adr/0012.
create table core.audit_chain (
  workspace_id uuid primary key references core.workspace,
  -- That of the last link, 0 before the first.
  position bigint not null default 0,
  hash bytea not null default decode(repeat('00', 32), 'hex'),
  linked_at timestamptz
);
call core.protect('core.audit_chain');

create table core.audit_pending (
  entry_id uuid primary key,
  workspace_id uuid not null
);
call core.protect('core.audit_pending');

-- Refers to no entry by a key: that one is missing is for the verifier to find and to say.
create table core.audit_link (
  workspace_id uuid not null references core.audit_chain,
  position bigint not null check (position > 0),
  entry_id uuid not null,
  version smallint not null,
  previous bytea not null,
  hash bytea not null,
  primary key (workspace_id, position),
  constraint audit_link_entry unique (entry_id)
);
call core.protect('core.audit_link');

-- What the last walk along a chain found.
create table core.audit_check (
  workspace_id uuid primary key references core.workspace,
  checked_at timestamptz not null,
  -- Up to here it is intact.
  position bigint not null,
  fault text check (fault in ('CHANGED', 'MISSING', 'INSERTED', 'REORDERED', 'TRUNCATED', 'HEAD', 'REWRITTEN')),
  fault_position bigint,
  fault_entry uuid,
  millis bigint not null
);
call core.protect('core.audit_check');
revoke delete on core.audit_check from opsdeck_app, opsdeck_system;
revoke insert, update, delete on core.audit_chain, core.audit_link from opsdeck_app, opsdeck_system;
revoke update, delete on core.audit_pending from opsdeck_app, opsdeck_system;

-- Version 1 of the encoding: each field as its length in bytes, a colon and its text, or a dash for none.
create function core.audit_field(value text) returns text language sql stable
  return coalesce(pg_catalog.octet_length(pg_catalog.convert_to(value, 'UTF8'))::text || ':' || value, '-');

create function core.audit_digest(entry core.audit_entry) returns bytea language sql stable
  return pg_catalog.sha256(pg_catalog.convert_to(
    core.audit_field(entry.id::text) || core.audit_field(entry.workspace_id::text)
    || core.audit_field((extract(epoch from entry.at) * 1000000)::bigint::text)
    || core.audit_field(entry.actor_kind) || core.audit_field(entry.actor_id::text) || core.audit_field(entry.actor_name)
    || core.audit_field(entry.action)
    || core.audit_field(entry.object_type) || core.audit_field(entry.object_id) || core.audit_field(entry.object_name)
    || core.audit_field(entry.before::text) || core.audit_field(entry.after::text)
    || core.audit_field(entry.request_id) || core.audit_field(entry.address), 'UTF8'));

create function core.audit_hash(place bigint, previous bytea, digest bytea) returns bytea language sql stable
  return pg_catalog.sha256(
    pg_catalog.convert_to('opsdeck-audit-1', 'UTF8') || pg_catalog.int8send(place) || previous || digest);

-- Appends the oldest waiting entries to the chains of their workspaces, `most` of them; says how many it linked, 0 also
-- where another node is at it. The only way to write a link.
create function core.link_audit_entries(most int) returns int
language plpgsql security definer set search_path = '' as $$
declare
  batch record;
  next uuid;
  entry core.audit_entry;
  head core.audit_chain;
  link_hash bytea;
  linked int := 0;
begin
  if not pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtext('core.audit_chain')) then
    return 0;
  end if;
  for batch in
    select waiting.workspace_id, pg_catalog.array_agg(waiting.entry_id order by waiting.entry_id) as entries
    from (select p.entry_id, p.workspace_id from core.audit_pending p order by p.entry_id limit most) waiting
    group by waiting.workspace_id order by waiting.workspace_id
  loop
    -- Before the head, as the deletion of a workspace has it: one of both waits, and then finds it as the other left it.
    perform 1 from core.workspace w where w.id = batch.workspace_id for key share;
    continue when not found;
    insert into core.audit_chain (workspace_id) values (batch.workspace_id) on conflict do nothing;
    select * into head from core.audit_chain c where c.workspace_id = batch.workspace_id for update;
    foreach next in array batch.entries loop
      -- An entry that is gone although it waits still gets its link, which then tells of it.
      select * into entry from core.audit_entry e where e.id = next;
      link_hash := core.audit_hash(head.position + 1, head.hash, core.audit_digest(entry));
      insert into core.audit_link (workspace_id, position, entry_id, version, previous, hash)
        values (batch.workspace_id, head.position + 1, next, 1, head.hash, link_hash);
      delete from core.audit_pending p where p.entry_id = next;
      head.position := head.position + 1;
      head.hash := link_hash;
      linked := linked + 1;
    end loop;
    update core.audit_chain c set position = head.position, hash = head.hash, linked_at = pg_catalog.clock_timestamp()
      where c.workspace_id = batch.workspace_id;
  end loop;
  return linked;
end $$;
revoke all on function core.link_audit_entries(int) from public;
grant execute on function core.link_audit_entries(int) to opsdeck_system;

insert into core.audit_pending (entry_id, workspace_id) select id, workspace_id from core.audit_entry;
