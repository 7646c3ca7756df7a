-- The provider that members may sign in by, one for the installation, as members belong to no workspace.
create table core.sign_on_provider (
  only_one boolean primary key default true check (only_one),
  issuer text not null,
  client_id text not null,
  client_secret bytea not null,
  label text not null,
  domains text[] not null,
  role text not null,
  -- Where those come in who need no invitation.
  joins_id uuid references core.workspace on delete set null,
  only_way boolean not null
);

-- Whose passwords work although members come in only by the provider.
create table core.sign_on_exemption (
  member_id uuid primary key references core.member on delete cascade
);

-- Who the people of a provider are here. A member is one person of a provider.
create table core.sign_on_identity (
  issuer text not null,
  subject text not null,
  member_id uuid not null references core.member on delete cascade,
  tied_at timestamptz not null,
  primary key (issuer, subject),
  constraint sign_on_identity_member unique (issuer, member_id)
);
create index sign_on_identity_by_member on core.sign_on_identity (member_id);
